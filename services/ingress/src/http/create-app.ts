import { type AdminOptions, adminRoutes, sendProblem } from '@imchannel/http'
import type { Logger } from '@imchannel/logging'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { problemOf } from '../errors.ts'
import type { WebhookPath } from '../webhook/log-webhook.ts'
import { drainRequest } from './drain-request.ts'
import { handleWebhook, type WebhookDependencies } from './handle-webhook.ts'

const paths: readonly WebhookPath[] = ['onMessage', 'onDeliveryReport', 'onSeenReport', 'webhook']

export interface AppOptions {
  readonly webhooks: WebhookDependencies
  /** Where it is undefined, health and metrics are served elsewhere. */
  readonly admin: AdminOptions | undefined
}

/** Ingress over HTTP. */
export function createApp({ webhooks, admin }: AppOptions): Express {
  const app = bareApp()
  if (admin) app.use(adminRoutes(admin))
  for (const path of paths) {
    app
      .route(`/:tenant/imchannel/${path}`)
      .post((request, response) => handleWebhook(webhooks, request, response, path))
      .all((request, response) => {
        sendProblem(response, { ...problemOf('method_not_allowed'), headers: { Allow: 'POST' } })
        drainRequest(request)
      })
  }
  return closed(app, webhooks.log)
}

/** Health and metrics on a port of their own. */
export function createAdminApp(admin: AdminOptions, log: Logger): Express {
  return closed(bareApp().use(adminRoutes(admin)), log)
}

function bareApp(): Express {
  // No version banner, no ETag for answers of two bytes, no parsing of queries that nothing reads.
  return express().disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', false)
}

function closed(app: Express, log: Logger): Express {
  app.use((request, response) => {
    sendProblem(response, problemOf('unknown_path'))
    drainRequest(request)
  })
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    const isBadPath = error instanceof URIError
    if (!isBadPath) log.error({ fn: 'onWebhook' }, 'a request could not be handled', error)
    sendProblem(response, problemOf(isBadPath ? 'bad_path' : 'internal_error'))
    drainRequest(request)
  }
  return app.use(onError)
}
