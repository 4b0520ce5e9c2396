import type { RequestListener } from 'node:http'
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { bareExpress, isBadPath, sendProblem } from '@imchannel/http'
import type { Logger } from '@imchannel/logging'
import { actorOf, type SessionToken } from '../auth/tokens.ts'
import { tenantsWith } from '../domain/access.ts'
import { ConsoleError, problem } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { openApiDocument } from './api/openapi.ts'
import { type Operation, operations } from './api/operations.ts'
import type { Call, Handlers } from './call.ts'
import { hostGuard } from './host-guard.ts'
import type { LiveListener } from './live.ts'
import { secureHeaders, servePage } from './serve-page.ts'
import { accessFor, hasCsrfToken, sessionRoutes, type SessionOptions } from './session-routes.ts'

export interface AppOptions extends SessionOptions {
  readonly log: Logger
  readonly instruments: Instruments
  readonly handlers: Handlers
  /** `GET /v1/live`, told who listens. */
  readonly live: (request: Request, response: Response, listener: LiveListener) => void
  /** The way to an identity provider and back, for `auth: { kind: oidc }`. */
  readonly oidc?: RequestHandler
  /** `/livez`, `/readyz`, `/metrics`, where they have no port of their own. */
  readonly admin?: RequestHandler | undefined
}

/** More than any filter needs. */
const MAX_BODY = '16kb'

/** The page, the API and its description; each operation is taken from the table that describes it. */
export function createApp(options: AppOptions): RequestListener {
  const { log, instruments, handlers, live, oidc, admin } = options
  const app = bareExpress().set('query parser', 'simple')
  if (admin !== undefined) app.use(admin)
  const { auth, url } = options
  app.use(
    secureHeaders,
    hostGuard(() => auth().kind === 'none', url),
  )
  const description = openApiDocument()
  app.get('/v1/openapi.json', (_request, response) => void response.json(description))
  app.use('/v1', (request, response, next) => {
    response.once('finish', () => {
      const route: unknown = request.route // express tells it once the route is found
      const path = typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : 'unknown'
      instruments.requests.add(1, { route: path, status: response.statusCode })
    })
    next()
  })
  app.use('/v1', express.json({ limit: MAX_BODY }))
  app.use(sessionRoutes(options))
  if (oidc !== undefined) app.use(oidc)
  app.get('/v1/live', async (request, response) => {
    const user = await userOf(request)
    live(request, response, { session: user.id, tenants: tenantsWith(accessFor(options, user), 'viewer') })
  })
  for (const [id, operation] of Object.entries(operations)) {
    const handler = id in handlers ? handlers[id as keyof Handlers] : undefined // `in` has just said so
    if (handler === undefined) continue
    const route = operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
    // The body was held to this operation’s own schema.
    app[operation.method](route, answer(operation, handler as (call: Call<unknown>) => Promise<unknown>))
  }
  app.use(servePage())
  app.use((_request, response) => sendProblem(response, problem('not_found', { detail: 'there is no such path' })))
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => answerError(error, response))

  async function userOf(request: Request): Promise<SessionToken> {
    const user = await options.sessions.of(request)
    if (user === undefined) throw new ConsoleError('not_logged_in', { detail: 'GET /v1/session says how' })
    return user
  }

  function answer(operation: Operation, handle: (call: Call<unknown>) => Promise<unknown>): RequestHandler {
    return async (request, response) => {
      const user = await userOf(request)
      const { tokens, now } = options
      if (operation.method === 'post' && !hasCsrfToken(tokens, user, request))
        throw new ConsoleError('bad_csrf_token', { detail: 'send X-CSRF-Token with the token of /v1/session' })
      const access = accessFor(options, user)
      if (operation.access !== 'anybody' && tenantsWith(access, operation.access).length === 0)
        throw new ConsoleError('forbidden', { detail: `it needs the role ${operation.access}` })
      const token = request.get('x-reveal') ?? ''
      const result = await handle({
        user,
        access,
        params: request.params as Record<string, string>, // no path has a wildcard, which would be a list
        query: request.query as Record<string, string | undefined>, // the parser is the simple one
        body: bodyOf(operation, request.body),
        reveals: (conversation) => tokens.reveals(token, actorOf(user), conversation, now()),
      })
      if (operation.answer === undefined) response.status(204).end()
      else response.json(result)
    }
  }

  function answerError(error: unknown, response: Response): void {
    if (response.headersSent) return void response.destroy()
    if (error instanceof ConsoleError) return sendProblem(response, error.problem)
    if (isBadPath(error)) return sendProblem(response, problem('not_found'))
    const parsing = error instanceof Error && 'type' in error ? error.type : undefined
    if (parsing === 'entity.too.large') return sendProblem(response, problem('too_large'))
    if (typeof parsing === 'string')
      return sendProblem(response, problem('bad_request', { detail: 'the body is not JSON' }))
    log.error({ fn: 'onRequest' }, 'a request failed', error)
    sendProblem(response, problem('internal_error'))
  }

  return app
}

/** @throws ConsoleError that names what is wrong */
function bodyOf({ body: schema }: Operation, body: unknown): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw new ConsoleError('bad_request', { detail: issues.join('; ') })
}
