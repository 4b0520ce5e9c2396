import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Config } from '@imchannel/config'
import { bareExpress, isBadPath, sendProblem } from '@imchannel/http'
import type { Logger } from '@imchannel/logging'
import { problem } from '../errors.ts'
import { hasMediaToken } from './media-token.ts'
import type { RecordAbuse } from './record-abuse.ts'
import { MEDIA_ROUTES } from './serve-media.ts'
import type { ServeMedia } from './serve-media.ts'

type Handler = (request: Request, response: Response) => Promise<void>

export interface AppOptions {
  readonly config: () => Config
  readonly log: Logger
  readonly serveMedia: ServeMedia
  readonly serveInbound: Handler
  readonly uploadMedia: Handler
  readonly removeMedia: Handler
  /** Begins a GET; undefined where too many are being answered. What it returns ends it. */
  readonly enterReader: (request: IncomingMessage) => (() => void) | undefined
  /** Notes a request without a good token. */
  readonly failedAuth: RecordAbuse
  /** `/livez`, `/readyz`, `/metrics`, where they have no port of their own. */
  readonly admin?: RequestHandler | undefined
}

/** A media item's path as Infobip is given it; whatever else stands for the same is left to express. */
const mediaPath = new RegExp(`^/([a-z0-9-]+)/imchannel/(${MEDIA_ROUTES.join('|')})/([0-9a-f-]+)$`)

/**
 * The public paths of contract §4. Media are told by one expression before express sees them: its router takes longer
 * than all else that is done for a HEAD. Everything else is express's.
 */
export function createApp(options: AppOptions): RequestListener {
  const { config, log, failedAuth, admin, enterReader } = options
  const serveMedia: ServeMedia = async (request, response, path) =>
    hasPlace(request, response) ? options.serveMedia(request, response, path) : undefined
  const serveInbound: Handler = async (request, response) =>
    hasPlace(request, response) ? options.serveInbound(request, response) : undefined
  const app = bareExpress().set('query parser', 'simple')
  if (admin !== undefined) app.use(admin)

  for (const route of MEDIA_ROUTES) {
    const handler: Handler = async (request, response) => {
      const { tenant = '', id = '' } = request.params as Record<string, string> // both are in the path's pattern
      return serveMedia(request, response, { route, tenant, id })
    }
    // Some clients want a name at the end of a URL; it means nothing here.
    app.all(`/:tenant/imchannel/${route}/:id{/:filename}`, only({ GET: handler, HEAD: handler }))
  }
  const { uploadMedia, removeMedia } = options
  app.all('/:tenant/imchannel/inboundMedia/:token', only({ GET: serveInbound, HEAD: serveInbound }))
  app.all('/:tenant/imchannel/media', only({ POST: authenticated(uploadMedia) }))
  app.all('/:tenant/imchannel/media/:id', only({ DELETE: authenticated(removeMedia) }))

  app.use((request, response) => {
    sendProblem(response, problem('not_found', { detail: 'there is no such path' }))
  })
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    answerError(error, request, response),
  )

  /** A HEAD has no body that could be read slowly. */
  function hasPlace(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET') return true
    const leave = enterReader(request)
    if (leave === undefined) sendProblem(response, problem('too_many_readers', { retryAfterS: 5 }))
    else response.once('close', leave)
    return leave !== undefined
  }

  function answerError(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    const isClients = isBadPath(error)
    if (!isClients) log.error({ fn: 'onRequest' }, 'a request failed', error)
    if (response.headersSent) response.destroy()
    else sendProblem(response, problem(isClients ? 'not_found' : 'internal_error'))
  }

  function authenticated(handler: Handler): Handler {
    return async (request, response) => {
      const { tenant = '' } = request.params as Record<string, string> // it is in the path's pattern
      if (hasMediaToken(request, config().tenants[tenant])) return handler(request, response)
      const allowed = failedAuth(request)
      const answer = allowed.ok
        ? problem('unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } })
        : problem('too_many_failures', { retryAfterS: allowed.retryAfterS })
      sendProblem(response, answer)
    }
  }

  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const [, tenant, route, id] = (isRead && mediaPath.exec(request.url ?? '')) || []
    if (tenant === undefined || route === undefined || id === undefined) return app(request, response)
    serveMedia(request, response, { route, tenant, id }).catch((error: unknown) =>
      answerError(error, request, response),
    )
  }
}

/** Answers 405 to what is none of these methods. */
function only(methods: Readonly<Record<string, Handler>>): Handler {
  const allow = Object.keys(methods).join(', ')
  return async (request, response) => {
    const handler = methods[request.method]
    if (handler !== undefined) return handler(request, response)
    sendProblem(response, problem('method_not_allowed', { headers: { Allow: allow } }))
  }
}
