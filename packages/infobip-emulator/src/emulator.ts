import express from 'express'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { infobipEndpoints } from './api/endpoints.ts'
import { createDeprecations } from './api/deprecations.ts'
import { createRateLimits } from './api/rate-limits.ts'
import { serve, unknownPath, unreadable, type ApiDeps } from './api/serve.ts'
import { createClock, type Clock } from './clock.ts'
import { controlRouter } from './control/router.ts'
import { createLifecycle } from './delivery/lifecycle.ts'
import { customerMessage, inboundInput, inboundProblem } from './control/inbound-input.ts'
import { receiveAll } from './delivery/receive.ts'
import type { FaultInput } from './faults/fault.ts'
import { hostGuard } from './host-guard.ts'
import { connectEmulator } from './phone/connect.ts'
import { createPhone, type Phone, type PhoneOptions } from './phone/phone.ts'
import { createChecker } from './openapi/checker.ts'
import { servePage } from './page.ts'
import { openJournal } from './store/journal.ts'
import { createFaultBook, type ActiveFault, type FaultBook } from './faults/fault-book.ts'
import { createRandom } from './random.ts'
import { createReach } from './rules/reach.ts'
import { createSenders } from './senders.ts'
import { readSettings, type EmulatorOptions, type Settings } from './settings.ts'
import { createBlobStore } from './store/blob-store.ts'
import type { ApiRequest } from './store/entities.ts'
import { createStore, type Store } from './store/store.ts'
import { seedSubscriptions } from './subscriptions/subscribers.ts'
import { createOutbox } from './webhooks/outbox.ts'
import { createRequester } from './wire/http-request.ts'
import type { World } from './world.ts'

export interface Emulator {
  /** Where it listens: `http://127.0.0.1:41234`. It is Infobip's base URL to whoever sends. */
  readonly url: string
  readonly port: number
  readonly clock: Clock
  readonly faults: FaultBook
  readonly store: Store
  readonly settings: Settings
  /** Forgets everything but its settings. */
  reset(): Promise<void>
  /** A customer's phone, to write and to wait for messages with. */
  phone(number: string, options?: PhoneOptions): Phone
  addFault(fault: FaultInput): ActiveFault
  /** Any control path, without its `/_emulator/`: the answer as JSON. @throws ControlRefused */
  control(method: string, path: string, body?: unknown): Promise<unknown>
  /** Moves the clock on; resolves when what fell due has ended. */
  advance(ms: number): Promise<void>
  /** Answers what is open, sends no webhook any more, and closes its port. */
  stop(): Promise<void>
}

export interface EmulatorHooks {
  /** What an operator may want to know; nothing by default. */
  warn?: (text: string) => void
}

/**
 * Starts an Infobip of one's own.
 * @throws InvalidOptions where an option is wrong; an error with `code` EADDRINUSE where the port is taken
 */
export async function createEmulator(options: EmulatorOptions = {}, hooks: EmulatorHooks = {}): Promise<Emulator> {
  const settings = readSettings(options)
  const warn = hooks.warn ?? (() => undefined)
  const store = createStore(settings.keep)
  const journal = settings.data === undefined ? undefined : openJournal(store, settings.data)
  // Ids must not come again after a restart that keeps the state.
  const random = createRandom(journal === undefined ? settings.seed : `${settings.seed}#${journal.run}`)
  const configuredNow = settings.clock.now
  const clock = createClock({
    running: settings.clock.running,
    ...(configuredNow === undefined ? {} : { now: new Date(configuredNow).getTime() }),
    onError: (error) =>
      warn(`a task of the emulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  })
  let url = ''
  const senders = createSenders(settings, store, () => clock.now())
  const world: World = {
    settings,
    clock,
    random: { ids: random.stream('ids'), faults: random.stream('faults'), webhooks: random.stream('webhooks') },
    store,
    blobs: createBlobStore(store, settings.data, settings.keep.mediaBytes),
    faults: createFaultBook(random.stream('fault-book')),
    http: createRequester(),
    publicUrl: () => settings.publicUrl?.replace(/\/$/, '') ?? url,
    accountOf: (id) => settings.accounts.find((one) => one.id === id),
    senders,
    deprecations: createDeprecations(),
    reach: createReach(store, (number) => senders.portfolioOf(number)),
    warn,
  }
  seedScenarios(world)
  seedSubscriptions(world)
  const checker = settings.openapi === undefined ? undefined : await createChecker(settings.openapi)
  const outbox = createOutbox(world)
  const lifecycle = createLifecycle(world, outbox)
  let limits = createRateLimits(world)

  const reset = async (): Promise<void> => {
    clock.clear()
    world.faults.clear()
    store.clear()
    world.blobs.clear()
    world.reach.clear()
    world.deprecations.clear()
    limits = createRateLimits(world)
    seedScenarios(world)
    seedSubscriptions(world)
    journal?.rewrite()
  }

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }))
  app.get('/readyz', (_request, response) => void response.json({ status: 'ok' }))
  app.use(hostGuard(settings))
  app.use('/_emulator', controlRouter({ world, outbox, lifecycle, reset }))
  const deps: ApiDeps = {
    world,
    lifecycle,
    limits: { take: (...args) => limits.take(...args), takeSends: (...args) => limits.takeSends(...args) },
    // As it goes out: a number that keeps its digits is no number before.
    check: checker && ((record) => checker.record(JSON.parse(JSON.stringify(record)) as ApiRequest)),
  }
  serve(app, deps, infobipEndpoints(world, { outbox, lifecycle }))
  app.use(servePage())
  app.use(unknownPath)
  app.use(unreadable)

  const server = createServer(app)
  // Longer than any client keeps an idle connection, so that a reused one is not just closing.
  server.keepAliveTimeout = 65_000
  await listen(server, settings.port, settings.host)
  const { port } = server.address() as AddressInfo // it listens on TCP
  url = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`

  // Only now: what a former process left may need the port for its media.
  lifecycle.resume()
  outbox.resume()

  return {
    url,
    port,
    clock,
    faults: world.faults,
    store,
    settings,
    reset,
    phone: (number, line = {}) =>
      createPhone(
        {
          ...line,
          async inbound(body) {
            const input = inboundInput.parse(body)
            const problem = inboundProblem(input)
            if (problem !== undefined) throw new TypeError(problem)
            const [message] = await receiveAll(world, outbox, [customerMessage(world, input)], false)
            return message?.messageId ?? ''
          },
          messages: (customer) =>
            Promise.resolve([...store.all('message')].filter((one) => one.customerId === customer)),
        },
        number,
      ),
    addFault: (fault) => world.faults.add(fault),
    control: (method, path, body) => connectEmulator(url).control(method, path, body),
    advance: (ms) => clock.advance(ms),
    async stop() {
      await outbox.close()
      // What is fetched breaks off, so that nobody waits for it.
      world.http.close()
      await clock.close()
      journal?.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function seedScenarios(world: World): void {
  for (const account of world.settings.accounts) {
    account.senders.forEach(({ number, scenarioKey, name }, i) => {
      if (scenarioKey === undefined) return
      const flow = [{ from: number, channel: 'WHATSAPP' }]
      world.store.put('scenario', { key: scenarioKey, accountId: account.id, name, flow, default: i === 0 })
    })
  }
}

/** Connections that wait to be taken, as many as Linux lets: who has been waiting for an outage to end comes with thousands. */
const BACKLOG = 4_096

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
