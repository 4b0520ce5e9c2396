/** What there is to prove where a webhook comes from, its body aside. */
export interface AuthRequest {
  /** Name, value, name, value, as they came. */
  readonly rawHeaders: readonly string[]
  /** Who sent it, behind trusted proxies. */
  readonly address: string
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

/** Why it was refused: for the log, never for the answer. */
export type AuthFailure =
  | 'no_credentials'
  | 'malformed_credentials'
  | 'wrong_credentials'
  | 'wrong_signature'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'token_refused'
  | 'keys_unavailable'
  | 'address_not_allowed'

export type AuthVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: AuthFailure }

export const accepted: AuthVerdict = { ok: true }

export function refused(reason: AuthFailure): AuthVerdict {
  return { ok: false, reason }
}

/** One header's value; a header that came twice is none, since proxies disagree on which one counts. */
export function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  let found: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]
    if (given?.length !== name.length || given.toLowerCase() !== name) continue
    if (found !== undefined) return undefined
    found = rawHeaders[at + 1]
  }
  return found === '' ? undefined : found
}
