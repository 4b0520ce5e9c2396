import express, { type Request, type Response, type Router } from 'express'
import { z, ZodError } from 'zod'
import type { Lifecycle } from '../delivery/lifecycle.ts'
import { receiveAll } from '../delivery/receive.ts'
import { faultSchema } from '../faults/fault.ts'
import { magicNumbers } from '../faults/magic-numbers.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { webhookKinds } from '../store/entities.ts'
import type { World } from '../world.ts'
import { findCustomer } from '../delivery/customers.ts'
import { sendBlob } from './blob-answer.ts'
import { businessRoutes } from './business-routes.ts'
import { ControlError } from './control-error.ts'
import { changeIdentity } from './identity.ts'
import { controlPaths } from './paths.ts'
import { phoneRoutes } from './phone-routes.ts'
import { conversationRoutes } from './conversations.ts'
import { streamEvents } from './events.ts'
import { customerMessage, inboundInput, inboundProblem } from './inbound-input.ts'

export interface ControlDeps {
  world: World
  outbox: Outbox
  lifecycle: Lifecycle
  reset: () => Promise<void>
}

const clockInput = z.strictObject({
  /** Jump to a moment. */
  now: z.union([z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)), z.int()]).optional(),
  /** Move on. */
  advanceMs: z.number().min(0).optional(),
  /** False stops it, true lets it run. */
  running: z.boolean().optional(),
})

const customerInput = z.strictObject({
  name: z.string().optional(),
  /** Whether seen reports are sent for this customer. */
  readReceipts: z.boolean().optional(),
  /** False switches the phone off. */
  online: z.boolean().optional(),
  userId: z.string().optional(),
  username: z.string().optional(),
  /** WhatsApp shows the user id alone. */
  phoneHidden: z.boolean().optional(),
  /** Whether a business number may call, by its number; `null` is without an end. */
  callPermissions: z.record(z.string(), z.strictObject({ until: z.int().nullable() })).optional(),
})

/** Any body at all, to any URL: for kinds that the emulator does not model. */
const rawWebhook = z.strictObject({
  kind: z.enum(webhookKinds).default('raw'),
  url: z.string().optional(),
  account: z.string().optional(),
  body: z.record(z.string(), z.unknown()),
})

const inboundBatch = z.strictObject({
  messages: z.array(inboundInput).min(1).max(2000),
  /** All in one webhook. */
  together: z.boolean().default(true),
})

/** The paths under `/_emulator/`: the customer's side, and what the emulator knows. */
export function controlRouter({ world, outbox, lifecycle, reset }: ControlDeps): Router {
  const { clock, store, faults } = world
  const router = express.Router()
  router.use(express.json({ limit: '200mb', strict: false }))

  const clockState = (): unknown => ({
    now: new Date(clock.now()).toISOString(),
    nowMs: clock.now(),
    running: clock.isRunning(),
    pending: clock.pending(),
  })

  router.post('/inbound', async (request, response) => {
    const many: boolean = typeof request.body === 'object' && request.body !== null && 'messages' in request.body
    const { messages: inputs, together } = many
      ? inboundBatch.parse(request.body)
      : { messages: [inboundInput.parse(request.body)], together: false }
    for (const input of inputs) {
      const problem = inboundProblem(input)
      if (problem !== undefined) throw new ControlError(400, problem)
    }
    const messages = await receiveAll(
      world,
      outbox,
      inputs.map((input) => customerMessage(world, input)),
      together,
    )
    const webhookIds = new Set(messages.flatMap((message) => message.webhookIds))
    const webhooks = [...webhookIds].flatMap((id) => store.get('webhook', id) ?? [])
    const [first] = messages
    response.status(201).json({ messageId: first?.messageId, messages, webhooks })
  })

  router.get('/requests', (request, response) => {
    const { messageId, path, since } = queryOf(request)
    const requests = [...store.all('request')].filter(
      (one) =>
        (messageId === undefined || one.messageIds.includes(messageId)) &&
        (path === undefined || one.path.startsWith(path)) &&
        (since === undefined || one.seq > Number(since)),
    )
    response.json({ requests: limited(request, requests) })
  })

  router.get('/messages', (request, response) => {
    const { messageId, customer, sender, state, direction, since } = queryOf(request)
    const source = messageId === undefined ? store.all('message') : store.byMessageId(messageId)
    const messages = [...source].filter(
      (one) =>
        (customer === undefined || one.customerId === customer) &&
        (sender === undefined || one.sender === sender) &&
        (state === undefined || one.state === state) &&
        (direction === undefined || one.direction === direction) &&
        (since === undefined || one.seq > Number(since)),
    )
    response.json({ messages: limited(request, messages) })
  })

  router.get('/webhooks', (request, response) => {
    const { messageId, kind, state } = queryOf(request)
    const webhooks = [...store.all('webhook')].filter(
      (one) =>
        (messageId === undefined || one.messageIds.includes(messageId)) &&
        (kind === undefined || one.kind === kind) &&
        (state === undefined || one.state === state),
    )
    response.json({ webhooks: limited(request, webhooks) })
  })

  router.post('/webhooks/:id/deliver', async (request, response) => {
    const webhook = store.get('webhook', request.params.id)
    if (webhook === undefined) throw new ControlError(404, 'no such webhook')
    response.json({ attempt: await outbox.deliverAgain(webhook), webhook })
  })

  router.get('/faults', (_request, response) => {
    response.json({ faults: faults.list(), magicNumbers: magicNumbers.map(({ number, what }) => ({ number, what })) })
  })
  router.post('/faults', (request, response) => {
    // One schema at a time: of a union zod would say no more than that it is invalid.
    const several = Array.isArray(request.body)
    const added = (several ? z.array(faultSchema).min(1).parse(request.body) : [faultSchema.parse(request.body)]).map(
      (fault) => faults.add(fault),
    )
    response.status(201).json(several ? { faults: added } : added[0])
  })
  router.delete('/faults', (_request, response) => {
    faults.clear()
    response.status(204).end()
  })
  router.delete('/faults/:id', (request, response) => {
    if (!faults.remove(request.params.id)) throw new ControlError(404, 'no such fault')
    response.status(204).end()
  })

  router.get('/clock', (_request, response) => void response.json(clockState()))
  router.post('/clock', async (request, response) => {
    const { now, advanceMs, running } = clockInput.parse(request.body)
    if (running !== undefined) clock.setRunning(running)
    if (now !== undefined) await clock.set(now)
    if (advanceMs !== undefined) await clock.advance(advanceMs)
    response.json(clockState())
  })

  router.post('/seen', async (request, response) => {
    const { messageId } = z.strictObject({ messageId: z.string() }).parse(request.body)
    const messages = store.byMessageId(messageId).filter((one) => one.direction === 'to-customer')
    if (messages.length === 0) throw new ControlError(404, 'no such message to a customer')
    for (const message of messages) await lifecycle.see(message)
    response.json({ messages })
  })

  phoneRoutes(router, world, outbox)
  businessRoutes(router, world, { outbox, lifecycle })
  conversationRoutes(router, world)
  router.get('/events', streamEvents(world))

  router.get('/customers', (_request, response) => {
    response.json({ customers: [...store.all('customer')] })
  })
  router.put('/customers/:id', (request, response) => {
    const input = customerInput.parse(request.body)
    const id = request.params.id
    const customer = store.get('customer', id) ?? findCustomer(world, /^\d+$/.test(id) ? id : undefined, id)
    const wasOnline = customer.online
    Object.assign(customer, input)
    store.put('customer', customer)
    if (!wasOnline && customer.online) lifecycle.wake(customer)
    response.json(customer)
  })
  router.post('/identity-change', async (request, response) => {
    const { from, to } = z.strictObject({ from: z.string(), to: z.string() }).parse(request.body)
    response.status(201).json(await changeIdentity(world, outbox, from, to))
  })
  router.post('/webhooks', async (request, response) => {
    const { kind, url, body, account } = rawWebhook.parse(request.body)
    await outbox.send({
      accountId: account ?? world.settings.accounts[0]?.id ?? '',
      kind,
      url,
      envelope: 'single',
      result: body,
      messageIds: [],
      customerId: '',
    })
    response.status(201).json({ sent: true })
  })
  router.get('/media/:id', (request, response) => sendBlob(world, request.params.id, response))

  router.get('/state', (_request, response) => {
    response.json({
      clock: clockState(),
      accounts: world.settings.accounts.map(({ id, senders }) => ({
        id,
        senders: senders.map(({ number, name, scenarioKey }) => ({ number, name, scenarioKey })),
      })),
      customers: [...store.all('customer')],
      counts: {
        messages: store.count('message'),
        requests: store.count('request'),
        webhooks: store.count('webhook'),
        customers: store.count('customer'),
      },
      traceLink: world.settings.traceLink,
      windowMs: world.settings.behaviour.sessionWindowMs,
      rules: world.settings.behaviour.rules,
      blocklist: [...store.all('blocked')],
    })
  })
  router.delete('/state', async (_request, response) => {
    await reset()
    response.status(204).end()
  })

  router.get('/', (_request, response) => void response.json(controlPaths))

  router.use((request: Request) => {
    throw new ControlError(404, `no control path ${request.method} ${request.originalUrl}`)
  })
  router.use(controlErrors)
  return router
}

/** Express tells an error handler by its four parameters. */
function controlErrors(error: unknown, _request: Request, response: Response, _next: unknown): void {
  if (error instanceof ZodError) {
    response.status(400).json({
      error: 'the body is not what this path takes',
      problems: z.flattenError(error),
      details: z.prettifyError(error),
    })
    return
  }
  const status = error instanceof ControlError ? error.status : statusOf(error)
  response.status(status).json({ error: error instanceof Error ? error.message : String(error) })
}

/** What Express's own body parser says. */
function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  return typeof status === 'number' ? status : 500
}

const queryOf = (request: Request): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.query).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  )

/** The last so many, in the order in which they came. */
function limited<T>(request: Request, all: readonly T[]): readonly T[] {
  const limit = Number(queryOf(request).limit ?? Number.POSITIVE_INFINITY)
  return limit < all.length ? all.slice(-limit) : all
}
