import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { TLSSocket } from 'node:tls'
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import type { Config, Tenant } from '@imchannel/config'
import { remoteAddress, sendProblem } from '@imchannel/http'
import type { WebhookKind } from '@imchannel/infobip'
import { line, type Logger, raw } from '@imchannel/logging'
import { beginServerRequest, type ServerRequest } from '@imchannel/telemetry'
import { authenticate, type SenderRefused } from '../auth/authenticate.ts'
import type { ReadWebhook } from '../domain/read-webhook.ts'
import { readWebhook } from '../domain/read-webhook.ts'
import { type ProblemCode, problem } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { deliverWebhook, type Delivery, type DeliveryDependencies } from '../webhook/deliver-webhook.ts'
import { functionOf, logWebhook, type WebhookPath } from '../webhook/log-webhook.ts'
import { accountsOf } from '../webhook/tenant-numbers.ts'
import type { Door } from '../admission/door.ts'
import { receiveBody, type Received } from './receive-body.ts'

export interface WebhookDependencies {
  readonly config: () => Config
  readonly log: Logger
  readonly instruments: Instruments
  readonly delivery: DeliveryDependencies
  readonly door: Door
  /** The largest body that is read. */
  readonly webhookBytes: () => number
  /** True the first time in an hour for each key. */
  readonly hourly: (key: string) => boolean
}

/** What a webhook's URL names. */
export interface WebhookAddress {
  /** As the path has it: it may be nobody's. */
  readonly tenant: string
  readonly path: WebhookPath
}

type ReceivedBody = Extract<Received, { outcome: 'received' }>

/** A body of 32 MiB takes so long at 256 Mbit/s. */
const SLOW_BODY_MS = 1_000
/** Half of `Retry-After`. A client that sends again at once would otherwise have its next body read, which costs more than the refusal. */
const PAUSE_MS = 2_500

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: WebhookPath
  readonly tenant: Tenant
  readonly server: ServerRequest
  readonly arrivedAt: number
}

/** One webhook, from its headers to its answer: tenant, credentials, content type, size, JSON, Kafka, 200. */
export async function handleWebhook(
  deps: WebhookDependencies,
  request: IncomingMessage,
  response: ServerResponse,
  { tenant: name, path }: WebhookAddress,
): Promise<void> {
  const config = deps.config()
  const tenant = config.tenants[name]
  const server = beginServerRequest({
    method: 'POST',
    route: `/{tenant}/imchannel/${path}`,
    scheme: request.socket instanceof TLSSocket ? 'https' : 'http',
  })
  response.once('close', () => server.end(response.writableFinished ? response.statusCode : 499))
  if (tenant === undefined) {
    // Counted without its name: anybody can invent one.
    deps.instruments.webhookAnswered('-', 'unknown_tenant', 0)
    refuse(response, 'unknown_tenant')
    return
  }

  const exchange: Exchange = { request, response, path, tenant, server, arrivedAt: performance.now() }
  const address = remoteAddress(request, config.trustedProxies)
  const verdict = await authenticate(tenant.webhookAuth, {
    rawHeaders: request.rawHeaders,
    address,
    nowMs: Date.now(),
  })
  if ('reasons' in verdict) return refuseSender(deps, exchange, { address, verdict })

  const received = await receiveBody(request, {
    verdict,
    tenant: tenant.id,
    address,
    limitBytes: deps.webhookBytes(),
    door: deps.door,
  })
  switch (received.outcome) {
    case 'cut':
      deps.instruments.webhookAnswered(tenant.id, 'cut', 0)
      return
    case 'refused':
    case 'unavailable':
      return refuseSender(deps, exchange, { address, verdict: received })
    case 'problem':
      return answerProblem(deps, exchange, received.code)
    case 'received':
      return storeInTurn(deps, exchange, received)
  }
}

async function storeInTurn(deps: WebhookDependencies, exchange: Exchange, received: ReceivedBody): Promise<void> {
  const { webhookDeadlineMs } = deps.config().limits
  // From arrival; what a slow line takes beyond a second is the sender's own time.
  const deadlineAt = Math.max(exchange.arrivedAt, performance.now() - SLOW_BODY_MS) + webhookDeadlineMs
  let isDone = false
  try {
    if (!(await received.admitted.turn(deadlineAt))) return answerProblem(deps, exchange, 'overloaded')
    // Nobody waits for the answer any more, and Infobip sends it again: under load the time is others'.
    if (exchange.response.destroyed) return deps.instruments.webhookAnswered(exchange.tenant.id, 'cut', 0)
    isDone = await storeWebhook(deps, exchange, { ...received, deadlineAt })
  } finally {
    received.admitted.leave(isDone)
  }
}

/** @returns whether it was stored, or there was nothing to store */
async function storeWebhook(
  deps: WebhookDependencies,
  exchange: Exchange,
  { bytes, charset, deadlineAt }: ReceivedBody & { readonly deadlineAt: number },
): Promise<boolean> {
  const { log, instruments } = deps
  const { path, tenant, server, request } = exchange
  const { limits, publicUrl, trustTraceHeaders, commandMemoryMs } = deps.config()
  const accounts = accountsOf(tenant)
  const reading = readWebhook(bytes, { charset, isOwnNumber: (number) => accounts.has(number) })
  if (reading.outcome === 'notJson') {
    server.within(() =>
      log.warn(
        { fn: functionOf(path, new Map()), tenant: tenant.id },
        `webhook refused: its ${bytes.length} bytes are not JSON`,
      ),
    )
    answerProblem(deps, exchange, 'not_json')
    return true
  }
  if (reading.outcome === 'empty') {
    answerStored(deps, exchange, 'empty')
    return true
  }

  const { webhook } = reading
  const kinds = countKinds(webhook)
  instruments.batchReceived(webhook.results.length)
  noteUnknownNumbers(deps, tenant, webhook)

  let isLogged = false
  const logOnce = (): void => {
    if (!isLogged) server.within(() => logWebhook(log, { tenant: tenant.id, path, kinds, body: webhook.text }))
    isLogged = true
  }
  const delivery = await deliverWebhook(deps.delivery, {
    webhook,
    tenant,
    limits,
    commandMemoryMs,
    publicUrl,
    receivedAtMs: Date.now(),
    deadlineAt,
    request: server,
    outside: trustTraceHeaders ? propagation.extract(ROOT_CONTEXT, request.headers) : undefined,
    onTraced: logOnce,
  }).finally(logOnce)
  noteResults(instruments, tenant, kinds, delivery)
  if (delivery.outcome === 'stored') {
    answerStored(deps, exchange, 'stored')
    return true
  }
  server.within(() =>
    log.warn(
      { fn: functionOf(path, kinds), tenant: tenant.id },
      line`webhook not stored, answered 503: ${raw(delivery.reason)}, ${raw(delivery.detail)}`,
    ),
  )
  answerProblem(deps, exchange, delivery.reason === 'overloaded' ? 'overloaded' : 'not_stored')
  return false
}

function answerStored(
  { instruments }: WebhookDependencies,
  { response, tenant, arrivedAt }: Exchange,
  outcome: 'stored' | 'empty',
): void {
  const { status, body } = tenant.webhookResponse
  instruments.webhookAnswered(tenant.id, outcome, (performance.now() - arrivedAt) / 1_000)
  if (response.destroyed) return
  if (status === 204 || body === '') {
    response.statusCode = status
    response.end()
    return
  }
  const length = String(Buffer.byteLength(body))
  response.writeHead(status, ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', length]).end(body)
}

function answerProblem({ instruments }: WebhookDependencies, { response, tenant }: Exchange, code: ProblemCode): void {
  instruments.webhookAnswered(tenant.id, code, 0)
  refuse(response, code)
}

function refuseSender(
  deps: WebhookDependencies,
  exchange: Exchange,
  { address, verdict }: { address: string; verdict: SenderRefused },
): void {
  const { log, instruments, door } = deps
  const { tenant, path, response, server } = exchange
  const { reasons } = verdict
  if (verdict.outcome === 'unavailable') {
    // No guess, and nobody's fault who sends.
    if (deps.hourly(`keys ${tenant.id}`))
      log.warn({ fn: 'onWebhook', tenant: tenant.id }, line`webhook answered 503: ${raw(reasons.join(', '))}`)
    return answerProblem(deps, exchange, 'keys_unavailable')
  }
  instruments.authenticationFailed(tenant.id)
  // A sender with the right credentials is never held up by what others behind its proxy do.
  if (!door.failedAuth.note(address).ok) return answerProblem(deps, exchange, 'too_many_failures')
  server.within(() =>
    log.warn(
      { fn: functionOf(path, new Map()), tenant: tenant.id },
      line`webhook refused, from ${raw(address)}: ${raw(reasons.join(', '))}`,
    ),
  )
  const schemes = [
    ...new Set(
      tenant.webhookAuth.flatMap(({ type }) =>
        type === 'basic' ? ['Basic realm="imchannel", charset="UTF-8"'] : type === 'bearer' ? ['Bearer'] : [],
      ),
    ),
  ]
  if (schemes.length > 0) response.setHeader('WWW-Authenticate', schemes)
  answerProblem(deps, exchange, 'unauthorized')
}

function refuse(response: ServerResponse, code: ProblemCode): void {
  sendProblem(response, problem(code), isForWantOfRoom(code) ? { pauseMs: PAUSE_MS } : {})
}

function isForWantOfRoom(code: ProblemCode): boolean {
  return code === 'overloaded' || code === 'no_room'
}

function countKinds({ results }: ReadWebhook): Map<WebhookKind, number> {
  const kinds = new Map<WebhookKind, number>()
  for (const { kind } of results) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  return kinds
}

function noteUnknownNumbers(
  { log, instruments, hourly }: WebhookDependencies,
  tenant: Tenant,
  { businessNumbers }: ReadWebhook,
): void {
  const accounts = accountsOf(tenant)
  for (const number of businessNumbers) {
    if (accounts.has(number)) continue
    instruments.unknownNumber(tenant.id)
    if (hourly(`${tenant.id} ${number}`)) {
      log.warn(
        { fn: 'onWebhook', tenant: tenant.id },
        line`webhooks come for ${number}, which is a sender of no account of ${raw(tenant.id)}: they are published all the same`,
      )
    }
  }
}

function noteResults(
  instruments: Instruments,
  tenant: Tenant,
  kinds: ReadonlyMap<WebhookKind, number>,
  delivery: Delivery,
): void {
  if (delivery.outcome === 'failed') return instruments.resultsHandled(tenant.id, kinds, 'not_stored')
  instruments.resultsHandled(
    tenant.id,
    kinds,
    delivery.published === 0 && delivery.repeated > 0 ? 'repeated' : 'published',
  )
}
