import { type AdminOptions, adminRoutes, bareExpress, isBadPath, sendProblem } from '@imchannel/http'
import type { Logger } from '@imchannel/logging'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Express } from 'express'
import { problem } from '../errors.ts'
import type { WebhookPath } from '../webhook/log-webhook.ts'
import { handleWebhook, type WebhookDependencies } from './handle-webhook.ts'

const paths: readonly WebhookPath[] = ['onMessage', 'onDeliveryReport', 'onSeenReport', 'webhook']

export interface AppOptions {
  readonly webhooks: WebhookDependencies
  /** Where it is undefined, health and metrics are served elsewhere. */
  readonly admin: AdminOptions | undefined
}

/** A webhook's path as Infobip is given it; a tenant with escapes is left to express. */
const webhookUrl = /^\/([^/?%]+)\/imchannel\/(onMessage|onDeliveryReport|onSeenReport|webhook)\/?(?:\?|$)/

/**
 * Ingress over HTTP. Webhooks are told by one expression before express sees them: its router takes as long as all that is
 * done with a webhook of one result but reading and publishing it. Everything else is express's.
 */
export function createApp({ webhooks, admin }: AppOptions): RequestListener {
  const app = bareExpress()
  if (admin) app.use(adminRoutes(admin))
  for (const path of paths) {
    app
      .route(`/:tenant/imchannel/${path}`)
      .post((request, response) =>
        handleWebhook(webhooks, request, response, { tenant: request.params['tenant'], path }),
      )
      .all((request, response) => {
        sendProblem(response, problem('method_not_allowed', { headers: { Allow: 'POST' } }))
      })
  }
  const others = closed(app, webhooks.log)
  return (request, response) => {
    const [, tenant, path] = (request.method === 'POST' && webhookUrl.exec(request.url ?? '')) || []
    if (tenant === undefined || path === undefined) return others(request, response)
    // `as`: the expression takes no other.
    handleWebhook(webhooks, request, response, { tenant, path: path as WebhookPath }).catch((error: unknown) =>
      answerError(webhooks.log, error, request, response),
    )
  }
}

function closed(app: Express, log: Logger): Express {
  app.use((request, response) => {
    sendProblem(response, problem('unknown_path'))
  })
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) =>
    answerError(log, error, request, response)
  return app.use(onError)
}

function answerError(log: Logger, error: unknown, request: IncomingMessage, response: ServerResponse): void {
  const isBad = isBadPath(error)
  if (!isBad) log.error({ fn: 'onWebhook' }, 'a request could not be handled', error)
  sendProblem(response, problem(isBad ? 'bad_path' : 'internal_error'))
}
