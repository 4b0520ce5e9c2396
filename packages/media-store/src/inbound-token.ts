import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a link to a customer's media says. */
export interface InboundMediaClaim {
  /** Business number that the customer wrote to, digits. */
  readonly sender: string
  /** Infobip's URL of the media. */
  readonly url: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

export type InboundTokenReading =
  /** `claim` of a forged token is what it says, not what is true: only a bearer token makes up for the signature. */
  | { readonly outcome: 'valid' | 'expired' | 'forged'; readonly claim: InboundMediaClaim }
  | { readonly outcome: 'unreadable' }

/** How long Infobip keeps a customer's media, in seconds: 7 days. */
export const INBOUND_TOKEN_LIFE_S = 7 * 86_400

/**
 * Makes the token of a customer's media: `base64url(JSON {s, u, e}).base64url(HMAC-SHA256(secret, tenant + '.' + the
 * first part))`. Deterministic, and nothing needs to be stored for it.
 */
export function signInboundToken(
  tenant: string,
  { sender, url, expiresAt }: InboundMediaClaim,
  secret: string,
): string {
  const payload = Buffer.from(JSON.stringify({ s: sender, u: url, e: expiresAt })).toString('base64url')
  return `${payload}.${signature(tenant, payload, secret).toString('base64url')}`
}

/** Reads a token under the tenant's secrets, any of which may have signed it; the comparison takes constant time. */
export function readInboundToken(
  tenant: string,
  token: string,
  { secrets, nowMs }: { readonly secrets: readonly string[]; readonly nowMs: number },
): InboundTokenReading {
  const [payload = '', mac = ''] = token.split('.', 2)
  const claim = decodeClaim(payload)
  if (claim === undefined) return { outcome: 'unreadable' }
  const given = Buffer.from(mac, 'base64url')
  // All are tried, so that the time says nothing about which one fits.
  const fits = secrets.filter((secret) => equal(given, signature(tenant, payload, secret))).length > 0
  if (!fits) return { outcome: 'forged', claim }
  return { outcome: claim.expiresAt * 1000 > nowMs ? 'valid' : 'expired', claim }
}

function signature(tenant: string, payload: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${tenant}.${payload}`).digest()
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

function decodeClaim(payload: string): InboundMediaClaim | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null) return undefined
    const { s: sender, u: url, e: expiresAt } = parsed as Record<string, unknown> // an object, checked above
    if (typeof sender !== 'string' || typeof url !== 'string' || typeof expiresAt !== 'number') return undefined
    return { sender, url, expiresAt }
  } catch {
    return undefined
  }
}
