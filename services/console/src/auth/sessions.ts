import type { IncomingMessage } from 'node:http'
import type { ConsoleConfig } from '@imchannel/config'
import type { AddressLimiter } from '@imchannel/http'
import { endSession, isSessionEnded } from '../adapters/store/ended-sessions.ts'
import type { Database } from '../adapters/store/tables.ts'
import { ConsoleError } from '../errors.ts'
import { identifyByHeader } from './by-header.ts'
import { identify, isStillTheirs } from './identify.ts'
import type { SessionToken, Tokens } from './tokens.ts'

export interface SessionsOptions {
  readonly database: Pick<Database, 'read' | 'write'>
  readonly auth: () => ConsoleConfig['auth']
  readonly tokens: Tokens
  readonly trustedProxies: () => readonly string[]
  /** Ms since 1970. */
  readonly now: () => number
  /** Notes a login that failed. */
  readonly failures: AddressLimiter
}

/** Who is logged in. A session is what its cookie says, until somebody logs out: then no copy of the cookie is one either. */
export interface Sessions {
  /** Who sent a request; undefined where nobody has logged in. @throws ConsoleError where a password is wrong, or the store cannot say whether they have logged out */
  of(request: IncomingMessage): Promise<SessionToken | undefined>
  /** Whether a token that was given to somebody still lets them in. */
  holds(token: SessionToken): Promise<boolean>
  end(session: SessionToken): Promise<void>
}

const unavailable = (): never => {
  throw new ConsoleError('store_unavailable', { retryAfterS: 5 })
}

export function createSessions(options: SessionsOptions): Sessions {
  const { database, auth, tokens, trustedProxies, now, failures } = options
  // Who is named by a proxy, or is everybody, has no session of the console.
  const isOpen = async ({ id }: SessionToken): Promise<boolean> =>
    id === '' || !(await isSessionEnded(database.read, id).catch(unavailable))
  return {
    async of(request) {
      const settings = { auth: auth(), tokens, trustedProxies: trustedProxies(), nowMs: now() }
      const byHeader = (): SessionToken | undefined => {
        const found = identifyByHeader(request, { ...settings, failures })
        return found && { ...found, isByHeader: true }
      }
      const user = identify(request, settings) ?? byHeader()
      return user !== undefined && (await isOpen(user)) ? user : undefined
    },
    holds: async (token) => isStillTheirs(token, { auth: auth(), tokens }) && (await isOpen(token)),
    async end({ id, expiresAt }) {
      if (id !== '') await endSession(database.write, id, expiresAt).catch(unavailable)
    },
  }
}
