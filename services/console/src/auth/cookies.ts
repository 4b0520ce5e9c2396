import type { IncomingMessage } from 'node:http'

export const SESSION_COOKIE = 'imchannel-console'
export const LOGIN_COOKIE = 'imchannel-console-login'

export function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

export interface CookieOptions {
  /** Only over HTTPS. */
  readonly secure: boolean
  readonly maxAgeS: number
}

/** Scripts do not see it, and no other site’s form sends it along; what a link brings here does, as the way back of a login needs it. */
export function cookie(name: string, value: string, { secure, maxAgeS }: CookieOptions): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}${secure ? '; Secure' : ''}`
}
