import express, { type Request, type Response, type Router } from 'express'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ZodType } from 'zod'
import { accept, type Accepted, type SendItem } from '../delivery/accept.ts'
import type { Lifecycle } from '../delivery/lifecycle.ts'
import { requestActions, type RequestFault } from '../faults/fault.ts'
import type { AccountSettings } from '../settings.ts'
import type { ApiRequest } from '../store/entities.ts'
import { plainHeaders } from '../wire/http-request.ts'
import { writeJson } from '../wire/json.ts'
import { rejection } from '../wire/statuses.ts'
import { traceIdOf } from '../wire/trace-id.ts'
import type { World } from '../world.ts'
import { authenticate } from './authenticate.ts'
import { ApiError, badRequest, errorBody, notFound, serverError, tooMany, type ErrorFamily } from './errors.ts'
import type { RateLimits } from './rate-limits.ts'
import { violationsOf } from './violations.ts'

export interface ApiDeps {
  world: World
  lifecycle: Lifecycle
  limits: RateLimits
  /** Holds a request or an answer to the OpenAPI documents, where they were given. */
  check: ((record: ApiRequest) => string[]) | undefined
}

export interface Context {
  account: AccountSettings
  request: Request
  /** The path's parameters, decoded. */
  params: Record<string, string>
  body: unknown
  record: ApiRequest
}

export interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
  bytes?: Buffer
}

/** A path that sends: what it would send, and how it answers. */
export interface SendPlan {
  items: SendItem[]
  respond(accepted: readonly Accepted[]): unknown
}

export interface Endpoint {
  method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete'
  path: string
  /** Which faults it meets. */
  api:
    | 'omni'
    | 'whatsapp'
    | 'messages'
    | 'logs'
    | 'reports'
    | 'scenarios'
    | 'media'
    | 'events'
    | 'blocklists'
    | 'billing'
    | 'subscriptions'
  family: ErrorFamily
  /** Requests of one account in a time, by the emulator's clock: Infobip's published throttling. */
  limit?: { requests: number; perMs: number }
  handle(context: Context): Reply | { plan: SendPlan } | Promise<Reply>
}

/** The largest body that Infobip's paths take here. */
const BODY_LIMIT = '16mb'

export function serve(router: Router, deps: ApiDeps, endpoints: readonly Endpoint[]): void {
  const raw = express.raw({ type: () => true, limit: BODY_LIMIT })
  for (const endpoint of endpoints) {
    router[endpoint.method](endpoint.path, raw, (request, response) => answer(deps, endpoint, request, response))
  }
}

async function answer(deps: ApiDeps, endpoint: Endpoint, request: Request, response: Response): Promise<void> {
  const { world } = deps
  const started = performance.now()
  const record = open(world, request)
  const finish = (reply: Reply | undefined): void => {
    record.durationMs = Math.round(performance.now() - started)
    if (reply !== undefined) {
      record.status = reply.status
      if (reply.body !== undefined) record.response = reply.body
    }
    const violations = deps.check?.(record) ?? []
    if (violations.length > 0) record.violations = violations
    world.store.put('request', record)
    if (reply === undefined) response.destroy()
    else write(response, { ...reply, headers: { ...world.deprecations.headersFor(request.path), ...reply.headers } })
  }
  try {
    finish(await process(deps, endpoint, request, record))
  } catch (error) {
    const known = error instanceof ApiError ? error : serverError(500)
    if (!(error instanceof ApiError)) world.warn(`${request.method} ${request.path}: ${String(error)}`)
    finish(errorReply(known, endpoint.family))
  }
}

function errorReply(error: ApiError, family: ErrorFamily): Reply {
  return {
    status: error.status,
    body: errorBody(error, family),
    ...(error.retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(error.retryAfterSeconds) } }),
  }
}

function open(world: World, request: Request): ApiRequest {
  const seq = world.store.nextSeq()
  const headers = plainHeaders(request.headers)
  // The inspector shows that there was a key, never which.
  if (headers.authorization !== undefined) headers.authorization = headers.authorization.replace(/ .*/, ' [redacted]')
  const traceId = traceIdOf(headers)
  return {
    id: `r${seq}`,
    seq,
    at: world.clock.now(),
    method: request.method,
    path: request.originalUrl,
    headers,
    messageIds: [],
    ...(traceId === undefined ? {} : { traceId }),
  }
}

/** Undefined where the connection is to be dropped without an answer. */
async function process(
  deps: ApiDeps,
  endpoint: Endpoint,
  request: Request,
  record: ApiRequest,
): Promise<Reply | undefined> {
  const { world } = deps
  const account = authenticate(world, request.headers.authorization)
  record.accountId = account.id
  const body = readBody(request)
  if (body !== undefined) record.body = body
  if (endpoint.limit !== undefined) deps.limits.take(`${account.id} ${endpoint.path}`, endpoint.limit)
  const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]))
  const outcome = await endpoint.handle({ account, request, params, body, record })
  const plan = 'plan' in outcome ? outcome.plan : undefined
  if (plan !== undefined) deps.limits.takeSends(account, plan.items)

  const occasion = {
    api: endpoint.api,
    account: account.id,
    to: plan?.items.map((item) => item.phone ?? item.userId ?? '') ?? [],
    ...(plan?.items[0] === undefined ? {} : { from: plan.items[0].sender }),
  }
  const latency = world.faults.strike(['latency'], { ...occasion, magic: false })
  if (latency !== undefined) await sleep(latency.delayMs + world.random.faults.below(latency.jitterMs + 1))

  const settle = (): Reply => {
    if (plan === undefined) return outcome as Reply // the other half of the union
    const accepted = plan.items.map((item) => accept(world, deps.lifecycle, item, record.id))
    record.messageIds = accepted.map((one) => one.messageId)
    return { status: 200, body: plan.respond(accepted) }
  }
  const others = requestActions.filter((action) => action !== 'latency')
  const fault = world.faults.strike(others, occasion)
  if (fault === undefined) return settle()
  record.fault = fault.action
  if (plan !== undefined) record.messageIds = plan.items.flatMap((item) => item.messageId ?? [])
  return suffer(fault, plan, settle, endpoint.family)
}

/** What a fault makes of the answer. */
async function suffer(
  fault: Exclude<RequestFault, { action: 'latency' }>,
  plan: SendPlan | undefined,
  settle: () => Reply,
  family: ErrorFamily,
): Promise<Reply | undefined> {
  if ('taken' in fault && fault.taken && fault.action !== 'hang') settle()
  switch (fault.action) {
    case 'throttle':
      throw tooMany(fault.retryAfterSeconds)
    case 'status': {
      const reply = errorReply(serverError(fault.status, fault.retryAfterSeconds), family)
      if (fault.body === 'error') return reply
      const bytes = Buffer.from(fault.body === 'html' ? '<html><body><h1>Bad Gateway</h1></body></html>' : '')
      return { status: reply.status, bytes, headers: { ...reply.headers, 'content-type': 'text/html' } }
    }
    case 'hang': {
      const reply = fault.taken ? settle() : undefined
      if (fault.forMs === undefined) await sleep(FOREVER_MS, undefined, { ref: false })
      else await sleep(fault.forMs, undefined, { ref: false })
      return reply ?? settle()
    }
    case 'drop':
    case 'refuse':
      return undefined
    case 'garbage':
      return { status: 200, bytes: Buffer.from('{"messages":[{"to":'), headers: { 'content-type': 'application/json' } }
    case 'reject': {
      const status = rejection(fault.statusId)
      const refused = plan?.items.map((item, i) => ({
        messageId: item.messageId ?? `refused-${i}`,
        to: item.to,
        status,
      }))
      return refused === undefined ? settle() : { status: 200, body: plan?.respond(refused) }
    }
    case 'unknown-scenario':
      throw badRequest('Scenario not found')
  }
}

/** As good as for ever: longer than any client waits. */
const FOREVER_MS = 24 * 3_600_000

function readBody(request: Request): unknown {
  const bytes: unknown = request.body
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined
  const type = request.headers['content-type'] ?? 'application/json'
  if (!/json/i.test(type)) throw badRequest(`Unsupported content type ${type}: this emulator reads application/json`)
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw badRequest('Request body is not valid JSON')
  }
}

/** The body as the schema has it. @throws ApiError 400 with each violation */
export function parseBody<T>(schema: ZodType<T>, body: unknown): T {
  if (body === undefined) throw badRequest('Request body is missing')
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw badRequest('Bad Request', violationsOf(parsed.error))
}

/** A path that this emulator does not have says so, and what it has. */
export function unknownPath(request: Request, response: Response): void {
  const text = `The emulator has no ${request.method} ${request.path}; GET /_emulator/ lists what it has`
  write(response, errorReply(notFound(text), familyOf(request)))
}

/** What Express could not read: too large, cut off, badly encoded. */
export function unreadable(error: unknown, request: Request, response: Response, _next: unknown): void {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500
  const text = error instanceof Error ? error.message : String(error)
  const known = status >= 400 && status < 500 ? new ApiError(status, 'BAD_REQUEST', text) : serverError(500)
  write(response, errorReply(known, familyOf(request)))
}

const familyOf = (request: Request): ErrorFamily => (request.path.startsWith('/messages-api/') ? 'platform' : 'legacy')

function write(response: Response, reply: Reply): void {
  response.status(reply.status)
  if (reply.headers !== undefined) response.set(reply.headers)
  if (reply.bytes !== undefined) response.end(reply.bytes)
  else if (reply.body === undefined) response.end()
  else response.type('json').send(writeJson(reply.body))
}
