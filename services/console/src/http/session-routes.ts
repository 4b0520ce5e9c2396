import { type ConsoleConfig } from '@imchannel/config'
import { type AddressLimiter, remoteAddress } from '@imchannel/http'
import { type Request, type Response, Router } from 'express'
import { cookie, SESSION_COOKIE } from '../auth/cookies.ts'
import { limitedRole, openAccess } from '../auth/access-token.ts'
import { grantsOf } from '../auth/identify.ts'
import { logIn } from '../auth/log-in.ts'
import type { Sessions } from '../auth/sessions.ts'
import { actorOf, type SessionToken, type Tokens } from '../auth/tokens.ts'
import { SESSION_MS } from '../config.ts'
import { type Access, accessOf } from '../domain/access.ts'
import { ConsoleError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { linkRequest, loginRequest, type Progress, type SessionView } from './api/session.ts'

export interface SessionOptions {
  readonly auth: () => ConsoleConfig['auth']
  readonly tenants: () => readonly string[]
  readonly url: () => string | undefined
  readonly links: () => SessionView['links']
  readonly trustedProxies: () => readonly string[]
  readonly tokens: Tokens
  readonly sessions: Sessions
  /** Ms since 1970. */
  readonly now: () => number
  readonly progress: () => Progress
  /** Notes a login that failed. */
  readonly failures: AddressLimiter
  readonly instruments: Instruments
  /** Told whose session has ended: what is open for it ends with it. */
  readonly onLogout: (session: SessionToken) => void
}

export function accessFor({ auth, tenants }: SessionOptions, user: SessionToken): Access {
  const whole = accessOf(user, grantsOf(auth()), tenants())
  return new Map(
    [...whole].flatMap(([tenant, role]) => {
      const left = limitedRole(role, tenant, user.limits)
      return left === undefined ? [] : [[tenant, left] as const]
    }),
  )
}

/** `GET /v1/session`, `POST /v1/login`, `POST /v1/logout`. */
export function sessionRoutes(options: SessionOptions): Router {
  const { auth, tokens, sessions, now, failures, instruments, onLogout } = options
  const router = Router()

  router.get('/v1/session', async (request, response) => void response.json(view(await sessions.of(request))))

  router.post('/v1/login', (request, response) => {
    const way = auth()
    if (way.kind !== 'basic')
      throw new ConsoleError('bad_request', {
        detail: `people log in by ${way.kind}, not by a password of the console`,
      })
    const address = remoteAddress(request, options.trustedProxies())
    if (!failures.allows(address)) throw new ConsoleError('too_many_logins', { retryAfterS: 60 })
    const given = loginRequest.safeParse(request.body)
    if (!given.success) throw new ConsoleError('bad_request', { detail: 'send { "name", "password" }' })
    const user = logIn(way.users, given.data, { tokens, nowMs: now() })
    instruments.logins.add(1, { outcome: user === undefined ? 'wrong_credentials' : 'logged_in' })
    if (user === undefined) {
      failures.note(address)
      throw new ConsoleError('wrong_credentials')
    }
    setSession(response, user)
    response.json(view(user))
  })

  router.post('/v1/login/link', async (request, response) => {
    const { kind } = auth()
    if (kind === 'proxy' || kind === 'none')
      throw new ConsoleError('bad_request', { detail: `people log in by ${kind}: a link is of no use` })
    const given = linkRequest.safeParse(request.body)
    const token = given.success ? openAccess(tokens, given.data.token, now()) : undefined
    const user = token !== undefined && (await sessions.holds(token)) ? token : undefined
    instruments.logins.add(1, { outcome: user === undefined ? 'wrong_credentials' : 'logged_in' })
    if (user === undefined) throw new ConsoleError('not_logged_in', { detail: 'the link is over: ask for another one' })
    setSession(response, user)
    response.json(view(user))
  })

  router.post('/v1/logout', async (request, response) => {
    const user = await sessions.of(request)
    if (user !== undefined) {
      if (!hasCsrfToken(tokens, user, request)) throw new ConsoleError('bad_csrf_token')
      await sessions.end(user)
      onLogout(user)
    }
    response.append('set-cookie', cookie(SESSION_COOKIE, '', { secure: isSecure(options), maxAgeS: 0 }))
    response.status(204).end()
  })

  function setSession(response: Response, user: SessionToken): void {
    const maxAgeS = Math.min(SESSION_MS, user.expiresAt - now()) / 1000
    const settings = { secure: isSecure(options), maxAgeS: Math.ceil(maxAgeS) }
    response.append('set-cookie', cookie(SESSION_COOKIE, tokens.sealSession(user), settings))
  }

  function view(user: SessionToken | undefined): SessionView {
    const { kind } = auth()
    const common = { auth: kind, links: options.links(), progress: options.progress() }
    if (user === undefined)
      return { ...common, tenants: [], ...(kind === 'oidc' ? { loginUrl: '/v1/login/oidc' } : {}) }
    const { expiresAt } = user
    return {
      ...common,
      user: actorOf(user),
      mayLetIn: kind !== 'none' && user.limits === undefined,
      csrfToken: tokens.csrf(user),
      ...(Number.isFinite(expiresAt) ? { expiresAt: new Date(expiresAt).toISOString() } : {}),
      tenants: [...accessFor(options, user)].map(([id, role]) => ({ id, role })),
    }
  }

  return router
}

/** What a browser sends by itself has to carry the session’s token too; what names its sender by a header need not. */
export function hasCsrfToken(tokens: Tokens, user: SessionToken, request: Request): boolean {
  return user.isByHeader === true || tokens.isCsrf(user, request.get('x-csrf-token') ?? '')
}

/** Told by where the console is reached: behind a proxy its own connections are plain. */
function isSecure({ url }: SessionOptions): boolean {
  return url()?.startsWith('https://') === true
}
