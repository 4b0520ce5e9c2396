import { portfolioOf, type ConfigSource } from '@imchannel/config'
import { createFactStore, type CustomerQuery, type FactStore } from '@imchannel/fact-store'
import type { Templates } from '@imchannel/facts'
import { createAdminApp, createHttpServer } from '@imchannel/http'
import { ensureTopics, MissingTopics } from '@imchannel/kafka'
import {
  checkLedgerRedis,
  createFirstTopics,
  createLedger,
  createLedgerHeartbeat,
  createReadingMarks,
} from '@imchannel/ledger'
import { untilReady, within } from '@imchannel/lifecycle'
import type { Service } from '@imchannel/lifecycle'
import { raw, line } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { createMediaStore } from '@imchannel/media-store'
import { createAccounts } from './adapters/accounts.ts'
import type { Accounts, AccountsOptions } from './adapters/accounts.ts'
import { createAttemptEvents } from './adapters/attempt-events.ts'
import type { AttemptEvents } from './adapters/attempt-events.ts'
import { checkRetention, ShortRetention } from './adapters/check-retention.ts'
import { createTopicFollower } from './adapters/follow-topics.ts'
import { keptMark, partitionEnds } from './adapters/kept-in-kafka.ts'
import { createLedgerWatch, formatMark } from './adapters/ledger-watch.ts'
import type { LedgerWatch } from './adapters/ledger-watch.ts'
import { createMediaPreparation } from './adapters/media-preparation.ts'
import { prepareTopics } from './adapters/prepare-topics.ts'
import { createRecordSink } from './adapters/record-sink.ts'
import { eventSpec } from './adapters/topic-specs.ts'
import { dispatcherSettings, type DispatcherSettings } from './config.ts'
import { MOST_STRIKES, REQUEST_MS } from './domain/next-step.ts'
import { tenantsWithMovedSenders } from './domain/moved-senders.ts'
import { openBudgets, type Budgets } from './budgets/open-budgets.ts'
import { openConsent, type Consent } from './consent/open-consent.ts'
import { openContacts, type Contacts } from './contacts/open-contacts.ts'
import { openForgetting } from './forgetting/open-forgetting.ts'
import { openConnections } from './connections.ts'
import type { Connections } from './connections.ts'
import { createConsumers } from './consumers.ts'
import { createAttempt } from './engine/attempt.ts'
import { createEngine } from './engine/create-engine.ts'
import type { EngineParts } from './engine/create-engine.ts'
import { createReadAlone } from './engine/read-alone.ts'
import { createFirstOfId } from './engine/first-of-id.ts'
import { createBindingOfTopic } from './engine/topic-bindings.ts'
import { createInstruments } from './instruments.ts'
import type { Instruments } from './instruments.ts'
import { observe } from './observe.ts'
import { createParkingParts, openParkingLot } from './parking-lot.ts'
import type { ParkingParts } from './parking-lot.ts'
import { createReadingParts, createReadings, type Readings } from './readings/create-readings.ts'
import { createWindowFollower, type WindowFollower } from './windows/window-follower.ts'
import { createWindowInstruments } from './windows/window-instruments.ts'

export interface DispatcherOptions {
  config: ConfigSource
  log: Logger
  /** The text of `/metrics`. */
  metrics: () => Promise<string>
  /** Puts other parts in the place of these: how a test breaks one and shows what it was for. */
  adapt?: (parts: DispatcherParts) => DispatcherParts
  /** How often templates and the like are read of each account. Default five minutes. */
  readEveryMs?: number
}

/** What can be replaced. */
export interface DispatcherParts extends EngineParts, ParkingParts {}

/** The dispatcher, and what a test asks of a running one. */
export interface Dispatcher extends Service {
  /** Of health and metrics, once it listens. */
  adminUrl(): string
}

/** Longer than a request to Infobip takes, so that what is on its way is answered and recorded. */
const DRAIN_MS = REQUEST_MS + 5_000
const READY_MS = 800

/** Puts the dispatcher together: connections, accounts, parking, ledger, engine, consumers, health; and starts and ends them in order. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { config, log, metrics, adapt = (parts) => parts } = options
  const settings = dispatcherSettings(config)
  const instruments = createInstruments(log)
  const stopping = new AbortController()
  const connections = openConnections(config.current(), { log, instruments })
  const { client, producer, redis } = connections
  const reading = createReadingParts(log)
  const accounts = openAccounts(config, { redis, instruments, reading })
  const readings = createReadings(connections, { ...reading, settings, accounts, everyMs: options.readEveryMs })
  const attemptEvents = tellAttempts(connections, { config, settings, instruments })
  const parts = adapt({
    ...createEngineParts(config, connections, { log, instruments, attemptEvents, templates: readings.templates }),
    ...createParkingParts({
      client,
      parkedGroupId: settings.parkedGroupId,
      maxAgeMs: settings.maxAgeMs,
      log,
      instruments,
      stopping: stopping.signal,
      onNewTopic: (parked) => consumers.parked.subscribe([parked]),
    }),
  })
  const bindingOfTopic = createBindingOfTopic(() => config.current())
  const lot = openParkingLot(parts, { config, accounts, log, instruments, bindingOfTopic })
  const { consent, windows, contacts, budgets } = openRebuilt(connections, { config, settings, log, readings })
  const watch = watchLedger(connections, { config, settings, instruments })
  const firstOfId = { source: createFirstOfId(), parked: createFirstOfId() }
  const handlers = createEngine(parts, {
    config,
    firstOfId,
    bindingOfTopic,
    topics: settings.topics,
    accounts,
    parking: lot.parking,
    watch,
    consentChanges: consent.changes,
    budgetBooks: budgets.books,
    instruments,
    stopping: stopping.signal,
  })
  const firstTopics = createFirstTopics(redis, settings.groupId)
  const consumers = createConsumers({
    client,
    settings,
    log,
    handlers,
    diversion: lot.parking.diversion,
    // How far the ledger was known to be when this much was finished.
    commitMetadata: () => {
      const mark = watch.mark()
      return mark === undefined ? undefined : formatMark(mark)
    },
    firstTopicId: (topic, id) => firstTopics.firstId(topic, id),
    onAssigned: (origin, partitions) => {
      firstOfId[origin].assigned(partitions)
      if (origin === 'source') lot.parking.assigned(partitions)
      else handlers.parked.assigned(partitions)
      watch.assigned(partitions)
      void watch.check().catch(instruments.redisFailed)
    },
    onLeft: (origin, place) => {
      firstOfId[origin].left(place)
      if (origin === 'source') lot.parking.left(place)
      else handlers.parked.left(place)
    },
  })
  const app = createAdminApp(
    {
      checks: { kafka: checkKafka, redis: checkRedis },
      draining: () => stopping.signal.aborted,
      metrics,
      alive: async () => {
        if (!consumers.source.isAlive() || !consumers.parked.isAlive())
          throw new Error('Kafka’s group was not heard of for too long')
        if (await watch.isCutOff(() => keptMark(client, settings).catch(() => undefined)))
          throw new Error('Redis answers other dispatchers and not this one, which holds their work up')
      },
    },
    (error) => log.error({ fn: 'admin' }, 'a request could not be handled', error),
  )
  const server = createHttpServer({ handler: app, host: config.current().host, port: settings.port })

  async function checkKafka(): Promise<void> {
    if (!producer.isReady()) throw new Error('Kafka does not answer')
  }

  /** By a write, once there are any: a replica, or a server that is full, answers and takes none. */
  async function checkRedis(): Promise<void> {
    const answer = watch.mark() === undefined ? redis.ping() : watch.check()
    if (!(await within(answer, READY_MS))) throw new Error('Redis does not answer')
  }

  const followTopics = createTopicFollower({
    consumer: consumers.source,
    prepare: () => prepareTopics(client, settings),
    checkRetention: () => checkRetention(client, settings),
    signal: stopping.signal,
    log,
  })
  const removeListener = config.onChange((next, previous) => {
    accounts.update(next)
    lot.parking.moved(tenantsWithMovedSenders(next, previous))
    followTopics(next, previous)
  })
  observe(instruments.gauges, { accounts, parking: lot.parking, config, consumers })
  let stopped: Promise<void> | undefined

  async function start(): Promise<void> {
    const { signal } = stopping
    const onFailure = (error: unknown, tries: number): void => {
      if (tries === 1 || tries % 10 === 0) {
        const text = error instanceof Error ? error.message : String(error)
        log.warn({ fn: 'start' }, line`waits for Kafka and Redis: ${raw(text)}`)
      }
    }
    await server.start()
    await untilReady(checkRedis, { signal, onFailure })
    for (const problem of await checkLedgerRedis(redis)) log.warn({ fn: 'start' }, line`${raw(problem)}`)
    await producer.connect({ signal })
    const created = await untilReady(() => prepareTopics(client, settings), {
      signal,
      onFailure: (error, tries) => {
        if (error instanceof MissingTopics) throw error
        onFailure(error, tries)
      },
    })
    await untilReady(() => checkRetention(client, settings), {
      signal,
      onFailure: (error, tries) => {
        if (error instanceof ShortRetention) throw error
        onFailure(error, tries)
      },
    })
    if (created.length > 0) log.info({ fn: 'start' }, line`created topics ${raw(created.join(', '))}`)
    const learnMark = async (): Promise<void> => {
      watch.learn(await keptMark(client, settings))
      await watch.check()
    }
    await untilReady(learnMark, { signal, onFailure })
    watch.start()
    attemptEvents.start()
    consumers.source.start()
    consumers.parked.start()
    lot.startReviews()
    for (const one of [consent, readings, windows, contacts, budgets]) one.start()
    log.info({ fn: 'start' }, line`dispatcher is ready; health and metrics at [${raw(server.url())}]`)
  }

  async function stop(): Promise<void> {
    stopping.abort()
    removeListener()
    lot.stopReviews()
    const readingsEnded = readings.stop()
    await Promise.all([consumers.source.stop({ drainMs: DRAIN_MS }), consumers.parked.stop({ drainMs: DRAIN_MS })])
    await Promise.all([consent.stop(), budgets.stop()])
    watch.stop()
    await readingsEnded
    await Promise.all([windows.stop(), contacts.stop()])
    accounts.close()
    await Promise.all([connections.closeProducers(), attemptEvents.close(), parts.parkingQueue.close()])
    connections.closeRedis()
    await server.stop()
  }

  return { adminUrl: () => server.url(), start, stop: () => (stopped ??= stop()) }
}

function openAccounts(
  config: ConfigSource,
  options: Pick<AccountsOptions, 'redis'> & {
    instruments: Instruments
    reading: ReturnType<typeof createReadingParts>
  },
): Accounts {
  const { redis, instruments, reading } = options
  return createAccounts(config.current(), {
    redis,
    onNotices: reading.instruments.notices,
    ratingOf: (tenant, number) => reading.qualities.find(tenant, number)?.rating,
    onHealth: ({ tenant, settings }, reason) => instruments.health(tenant, settings.id, reason),
    onError: instruments.redisFailed,
  })
}

function createEngineParts(
  config: ConfigSource,
  { redis, mediaRedis, producer, deadLetterProducer }: Connections,
  options: { log: Logger; instruments: Instruments; attemptEvents: AttemptEvents; templates: Templates },
): EngineParts {
  const { log, instruments, attemptEvents, templates } = options
  const onTrouble = ({ topic }: { topic: string }, detail: string): void => instruments.publishFailed(topic, detail)
  return {
    ledger: createLedger(redis, {
      get memoryMs() {
        return config.current().commandMemoryMs
      },
      get format() {
        return config.current().ledgerFormat === 2 ? '2' : '1'
      },
      maxStrikes: MOST_STRIKES,
      waitReplicas: replicasOf(config),
    }),
    eventSink: createRecordSink(producer, onTrouble),
    deadLetterSink: createRecordSink(deadLetterProducer, onTrouble),
    attempt: createAttempt({
      log,
      instruments: {
        ...instruments,
        attempted: (work, attempt) => {
          instruments.attempted(work, attempt)
          attemptEvents.record({ ...work.subject, tenant: work.command.tenant }, attempt)
        },
      },
    }),
    gateFacts: {
      customers: customerFacts(redis, config),
      templates,
    },
    readAlone: createReadAlone(createReadingMarks(redis, dispatcherSettings(config).groupId)),
    prepareMedia: createMediaPreparation({
      store: createMediaStore(mediaRedis, {
        ttlAfterFetchMs: () => config.current().mediaTtlAfterFetchMs,
        budgetBytes: () => config.current().mediaBudgetBytes,
        tenants: () => Object.keys(config.current().tenants).length,
      }),
      publicUrl: () => config.current().publicUrl,
      ttlMs: () => config.current().mediaTtlMs,
      fetchPolicy: () => config.current().mediaFetch,
      // A system whose own public URL is http is one on one machine.
      allowHttp: () => config.current().publicUrl.startsWith('http:'),
    }),
  }
}

function replicasOf(config: ConfigSource): number | 'auto' {
  const { cluster, waitReplicas } = config.current().redis
  return waitReplicas ?? (cluster === undefined ? 'auto' : 0)
}

/** Customers have the same names at all numbers of a portfolio. */
function customerFacts(redis: Connections['redis'], config: ConfigSource): Pick<FactStore, 'read' | 'readSettled'> {
  const facts = createFactStore(redis, { prefix: config.current().topics.prefix })
  const placed = (query: CustomerQuery): CustomerQuery => {
    const tenant = config.current().tenants[query.tenant]
    return { ...query, scope: tenant && portfolioOf(tenant, query.from) }
  }
  return {
    read: (query) => facts.read(placed(query)),
    readSettled: (query, options) => facts.readSettled(placed(query), options),
  }
}

interface FollowDependencies {
  readonly config: ConfigSource
  readonly settings: DispatcherSettings
  readonly log: Logger
  readonly readings: Pick<Readings, 'readSoon'>
}

/** What is kept in Redis and built from Kafka again: whoever was forgotten stays so in it. */
function openRebuilt(
  connections: Connections,
  { config, settings, log, readings }: FollowDependencies,
): { consent: Consent; windows: WindowFollower; contacts: Contacts; budgets: Budgets } {
  const { client, redis } = connections
  const forgetting = openForgetting(client, { config, settings })
  return {
    consent: openConsent(connections, { config, settings, forgetting, log }),
    budgets: openBudgets(connections, { config, settings, log }),
    contacts: openContacts(connections, { config, settings, forgetting, log }),
    windows: createWindowFollower({
      client,
      redis,
      prefix: config.current().topics.prefix,
      topics: settings.topics,
      forgetting,
      instruments: createWindowInstruments(log),
      onStaleTemplates: readings.readSoon,
    }),
  }
}

interface WatchDependencies {
  readonly config: ConfigSource
  readonly settings: DispatcherSettings
  readonly instruments: Instruments
}

function watchLedger(
  { client, redis }: Connections,
  { config, settings, instruments }: WatchDependencies,
): LedgerWatch {
  const memoryMs = (): number => config.current().commandMemoryMs
  return createLedgerWatch({
    heartbeat: createLedgerHeartbeat(redis, { name: settings.groupId, memoryMs, waitReplicas: replicasOf(config) }),
    partitionEnds: () => partitionEnds(client, settings),
    onLost: instruments.ledgerLost,
    onError: instruments.redisFailed,
  })
}

function tellAttempts(
  { diagnosis }: Connections,
  { config, settings: { topics, partitions }, instruments }: WatchDependencies,
): AttemptEvents {
  return createAttemptEvents({
    producer: diagnosis.producer,
    topics,
    ensureTopic: () => ensureTopics(diagnosis.client, [eventSpec(topics.attempts, partitions)]),
    privacy: () => config.current().logs.privacy,
    onWritten: instruments.attemptsWritten,
    onDropped: instruments.attemptsDropped,
    onOff: (problem) => instruments.attemptsOff(topics.attempts, problem),
  })
}
