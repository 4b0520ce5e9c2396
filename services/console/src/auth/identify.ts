import type { IncomingMessage } from 'node:http'
import type { ConsoleConfig } from '@imchannel/config'
import { isInRange } from '@imchannel/http'
import type { Grant, User } from '../domain/access.ts'
import { readCookie, SESSION_COOKIE } from './cookies.ts'
import { passwordProof } from './log-in.ts'
import type { SessionToken, Tokens } from './tokens.ts'

type Auth = ConsoleConfig['auth']

/** With no login there is one user, who may do everything. */
const EVERYBODY = 'everybody'

/** What the groups that `none` has no place for would say. */
export function grantsOf(auth: Auth): readonly Grant[] {
  return auth.kind === 'none' ? [{ to: '*', role: 'admin' }] : auth.grants
}

export interface IdentifyOptions {
  readonly auth: Auth
  readonly tokens: Tokens
  readonly trustedProxies: readonly string[]
  readonly nowMs: number
}

/** Who sent a request; undefined where nobody has logged in. */
export function identify(request: IncomingMessage, options: IdentifyOptions): SessionToken | undefined {
  const { auth, tokens, trustedProxies, nowMs } = options
  if (auth.kind === 'none') return { id: '', name: EVERYBODY, groups: [], expiresAt: Number.POSITIVE_INFINITY }
  if (auth.kind === 'proxy') {
    const user = userOfProxy(request, auth, trustedProxies)
    return user && { id: '', ...user, expiresAt: Number.POSITIVE_INFINITY }
  }
  const cookie = readCookie(request, SESSION_COOKIE)
  const token = cookie === undefined ? undefined : tokens.openSession(cookie, nowMs)
  return token !== undefined && isStillTheirs(token, { auth, tokens }) ? token : undefined
}

/** Whether what a token was made with still lets its maker in. */
export function isStillTheirs(
  token: SessionToken,
  { auth, tokens }: Pick<IdentifyOptions, 'auth' | 'tokens'>,
): boolean {
  if (auth.kind !== 'basic') return true
  const user = auth.users.find(({ name }) => name === token.name)
  return user !== undefined && passwordProof(tokens, user) === token.proof
}

/** The headers count from a trusted proxy’s own address alone: anybody else could write them. */
function userOfProxy(
  request: IncomingMessage,
  { userHeader, groupsHeader }: Extract<Auth, { kind: 'proxy' }>,
  trustedProxies: readonly string[],
): User | undefined {
  if (!isInRange(request.socket.remoteAddress ?? '', trustedProxies)) return undefined
  const name = [request.headers[userHeader]].flat()[0]?.trim()
  if (name === undefined || name === '') return undefined
  const groups = [request.headers[groupsHeader]].flat().join(',').split(',')
  return { name, groups: groups.map((group) => group.trim()).filter((group) => group !== '') }
}
