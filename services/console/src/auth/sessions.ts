import type { IncomingMessage } from 'node:http'
import type { ConsoleConfig } from '@imchannel/config'
import { endSession, isSessionEnded } from '../adapters/store/ended-sessions.ts'
import type { Database } from '../adapters/store/tables.ts'
import { ConsoleError } from '../errors.ts'
import { identify } from './identify.ts'
import type { SessionToken, Tokens } from './tokens.ts'

export interface SessionsOptions {
  readonly database: Pick<Database, 'read' | 'write'>
  readonly auth: () => ConsoleConfig['auth']
  readonly tokens: Tokens
  readonly trustedProxies: () => readonly string[]
  /** Ms since 1970. */
  readonly now: () => number
}

/** Who is logged in. A session is what its cookie says, until somebody logs out: then no copy of the cookie is one either. */
export interface Sessions {
  /** Who sent a request; undefined where nobody has logged in. @throws ConsoleError where the store cannot say whether they have logged out */
  of(request: IncomingMessage): Promise<SessionToken | undefined>
  end(session: SessionToken): Promise<void>
}

const unavailable = (): never => {
  throw new ConsoleError('store_unavailable', { retryAfterS: 5 })
}

export function createSessions(options: SessionsOptions): Sessions {
  const { database, auth, tokens, trustedProxies, now } = options
  return {
    async of(request) {
      const user = identify(request, { auth: auth(), tokens, trustedProxies: trustedProxies(), nowMs: now() })
      // Who is named by a proxy, or is everybody, has no session of the console.
      if (user === undefined || user.id === '') return user
      const isEnded = await isSessionEnded(database.read, user.id).catch(unavailable)
      return isEnded ? undefined : user
    },
    async end({ id, expiresAt }) {
      if (id !== '') await endSession(database.write, id, expiresAt).catch(unavailable)
    },
  }
}
