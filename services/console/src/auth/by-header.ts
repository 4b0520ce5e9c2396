import type { IncomingMessage } from 'node:http'
import { type AddressLimiter, remoteAddress } from '@imchannel/http'
import { ConsoleError } from '../errors.ts'
import { openAccess } from './access-token.ts'
import { type IdentifyOptions, isStillTheirs } from './identify.ts'
import { logIn } from './log-in.ts'
import type { SessionToken } from './tokens.ts'

export interface ByHeaderOptions extends IdentifyOptions {
  /** Notes a login that failed. */
  readonly failures: AddressLimiter
}

/**
 * Whom the header Authorization names: a token of the console’s own or, with `auth: basic`, name and password. No browser sends it by
 * itself, so such a request needs no CSRF token. What is meant for a proxy before the console is passed by.
 *
 * @throws ConsoleError where the password is wrong, or was too often
 */
export function identifyByHeader(request: IncomingMessage, options: ByHeaderOptions): SessionToken | undefined {
  const { auth, tokens, nowMs } = options
  const [, scheme = '', value = ''] = /^(basic|bearer) +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') {
    const token = openAccess(tokens, value, nowMs)
    return token !== undefined && isStillTheirs(token, options) ? token : undefined
  }
  return scheme !== '' && auth.kind === 'basic' ? byPassword(request, value, options) : undefined
}

function byPassword(request: IncomingMessage, value: string, options: ByHeaderOptions): SessionToken | undefined {
  const { auth, tokens, nowMs, failures, trustedProxies } = options
  if (auth.kind !== 'basic') return undefined
  const address = remoteAddress(request, trustedProxies)
  if (!failures.allows(address)) throw new ConsoleError('too_many_logins', { retryAfterS: 60 })
  const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? []
  const user = logIn(auth.users, { name, password }, { tokens, nowMs })
  if (user !== undefined) return user
  failures.note(address)
  throw new ConsoleError('wrong_credentials')
}
