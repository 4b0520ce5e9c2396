import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfigSource } from '@imchannel/config'
import { createAdminApp, createHttpServer } from '@imchannel/http'
import { createKafkaClient, createOrderedConsumer, createProducer } from '@imchannel/kafka'
import type { ConsumerEvent, IncomingRecord, KafkaLog } from '@imchannel/kafka'
import { checkLedgerRedis, createLedger, createMemorySentinel } from '@imchannel/ledger'
import type { Ledger } from '@imchannel/ledger'
import { BrokenInvariant, untilReady } from '@imchannel/lifecycle'
import type { Service } from '@imchannel/lifecycle'
import { raw, line } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { createMediaStore } from '@imchannel/media-store'
import { createRedis } from '@imchannel/redis'
import { createAccounts } from './adapters/accounts.ts'
import { createLedgerWatch, formatMark } from './adapters/ledger-watch.ts'
import { createMediaPreparation } from './adapters/media-preparation.ts'
import type { PrepareMedia } from './adapters/media-preparation.ts'
import { createParkedBacklog } from './adapters/parked-backlog.ts'
import { createParkingQueue, PARKING_BATCH } from './adapters/parking-queue.ts'
import { createRecordSink } from './adapters/record-sink.ts'
import type { RecordSink } from './adapters/record-sink.ts'
import { keptMark, partitionEnds } from './adapters/kept-in-kafka.ts'
import { MissingTopics, prepareTopics } from './adapters/prepare-topics.ts'
import { dispatcherSettings, isOutbound } from './config.ts'
import { isOwnTopic, readParkedTopic } from './domain/parked-topic.ts'
import { createAttempt, REQUEST_MS } from './engine/attempt.ts'
import type { Attempt } from './engine/attempt.ts'
import { createConclusions } from './engine/conclude.ts'
import { createRecordHandler } from './engine/handle-record.ts'
import type { RecordHandler } from './engine/handle-record.ts'
import { holdUnknownFormats } from './engine/hold-unknown-formats.ts'
import { createParking } from './engine/parking.ts'
import { createSendIndicator } from './engine/send-indicator.ts'
import { createSendMessage } from './engine/send-message.ts'
import type { Handled, Origin, Work } from './engine/work.ts'
import { createInstruments } from './instruments.ts'
import { observe } from './observe.ts'

export interface DispatcherOptions {
  config: ConfigSource
  log: Logger
  /** The text of `/metrics`. */
  metrics: () => Promise<string>
  /** Puts other parts in the place of these: how a test breaks one and shows what it was for. */
  adapt?: (parts: DispatcherParts) => DispatcherParts
}

/** What the engine stands on. */
export interface DispatcherParts {
  ledger: Ledger
  eventSink: RecordSink
  deadLetterSink: RecordSink
  attempt: Attempt
  prepareMedia: PrepareMedia
}

/** The dispatcher, and what a test asks of a running one. */
export interface Dispatcher extends Service {
  /** Of health and metrics, once it listens. */
  adminUrl(): string
}

/** Thousands of conversations may wait at once; what bounds them is the window, not the number of handlers. */
const WINDOW = { partitionRecords: 2_000, records: 8_000, running: 8_000 }
const PARKED_WINDOW = { partitionRecords: 1_000, records: 4_000, running: 4_000 }
/** Longer than a request to Infobip takes, so that what is on its way is answered and recorded. */
const DRAIN_MS = REQUEST_MS + 5_000
/** What a dead instance stalls its group for. Brokers allow 6 s at least; safety does not depend on it. */
const SESSION_MS = 6_000
const DISCOVERY_MS = 10_000
const PARKED_DISCOVERY_MS = 5_000
const REVIEW_MS = 1_000
const READY_MS = 800

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { config, log, metrics, adapt = (parts) => parts } = options
  const settings = dispatcherSettings(config.current())
  const { topics, outbound, groupId, parkedGroupId } = settings
  const instruments = createInstruments(log)
  const stopping = new AbortController()
  const { redis: redisConfig, kafka: kafkaConfig } = config.current()

  // Without a time limit: Redis away costs time, not messages.
  const redis = createRedis(redisConfig, { name: 'imchannel-dispatcher', onError: instruments.redisFailed })
  const mediaRedis =
    redisConfig.mediaUrl === undefined
      ? redis
      : createRedis(
          { url: redisConfig.mediaUrl, tls: redisConfig.tls },
          { name: 'imchannel-dispatcher-media', onError: instruments.redisFailed },
        )
  const client = createKafkaClient(kafkaConfig, { clientId: 'imchannel-dispatcher', log: kafkaLog(log) })
  const producer = createProducer(client)
  // One batch is in flight at a time: a dead-letter topic that cannot be written must not hold up the events of others.
  const deadLetterProducer = createProducer(client)

  const accounts = createAccounts(config.current(), {
    redis,
    onHealth: ({ tenant, settings }, reason) => instruments.health(tenant, settings.id, reason),
    onError: instruments.redisFailed,
  })
  const backlog = createParkedBacklog({
    client,
    groupId: parkedGroupId,
    untilDone: (work, what) =>
      untilReady(work, {
        signal: stopping.signal,
        onFailure: (error) => log.warn({ fn: 'parking' }, line`${raw(what)} could not be read: ${raw(String(error))}`),
      }),
    onNewTopic: (parked) => parkedConsumer.subscribe([parked]),
  })
  const parkingQueue = createParkingQueue({
    openProducer: () => createProducer(client, PARKING_BATCH),
    ensureTopic: (topic) => backlog.ensure(topic),
    sleep: (ms) => sleep(ms),
    onTrouble: instruments.publishFailed,
  })
  const parking = createParking({
    queue: parkingQueue,
    backlog,
    instruments,
    maxWaiting: () => config.current().maxWaiting,
    window: { partition: WINDOW.partitionRecords, all: WINDOW.records },
    isWell: (tenant, account) =>
      accounts
        .all()
        .find((one) => one.tenant === tenant && one.settings.id === account)
        ?.health.unwell() === undefined,
    sleep: (ms) => sleep(ms),
  })
  const watch = createLedgerWatch({
    sentinel: createMemorySentinel(redis, groupId),
    partitionEnds: () => partitionEnds(client, settings),
    onLost: instruments.ledgerLost,
    onError: instruments.redisFailed,
  })

  const { ledger, eventSink, deadLetterSink, attempt, prepareMedia } = adapt({
    ledger: createLedger(redis, {
      memoryMs: config.current().commandMemoryMs,
      waitReplicas: redisConfig.waitReplicas,
    }),
    eventSink: createRecordSink(producer, ({ topic }, detail) => instruments.publishFailed(topic, detail)),
    deadLetterSink: createRecordSink(deadLetterProducer, ({ topic }, detail) =>
      instruments.publishFailed(topic, detail),
    ),
    attempt: createAttempt({ log, instruments }),
    prepareMedia: createMediaPreparation({
      store: createMediaStore(mediaRedis, {
        ttlAfterFetchMs: () => config.current().mediaTtlAfterFetchMs,
        budgetBytes: () => config.current().mediaBudgetBytes,
      }),
      publicUrl: () => config.current().publicUrl,
      ttlMs: () => config.current().mediaTtlMs,
      fetchPolicy: () => config.current().mediaFetch,
      // A system whose own public URL is http is one on one machine.
      allowHttp: () => config.current().publicUrl.startsWith('http:'),
    }),
  })

  const conclusions = createConclusions({ ledger, eventSink, deadLetterSink, topics, instruments })
  const sendMessage = createSendMessage({
    ledger,
    accounts,
    conclusions,
    attempt,
    prepareMedia,
    parking,
    instruments,
    isSuspect: ({ record }) => watch.isSuspect(record),
  })
  const sendIndicator = createSendIndicator({ ledger, accounts, conclusions, attempt, instruments })

  function perform(work: Work): Promise<Handled> {
    const { command } = work
    switch (command.type) {
      case 'imchannel.message.send.v1':
        return sendMessage({ ...work, command })
      case 'imchannel.message.read.v1':
      case 'imchannel.typing.start.v1':
        return sendIndicator({ ...work, command })
    }
  }

  function createHandler(origin: Origin): RecordHandler {
    return createRecordHandler({
      origin,
      config: () => config.current(),
      ledger,
      conclusions,
      instruments,
      stopping: stopping.signal,
      perform,
      onDelivered: (record, command, lane) => {
        if (origin === 'parked') return
        const found = accounts.find(command.tenant, command.from)
        if (found === undefined) return
        parking.intake(record, { tenant: command.tenant, account: found.account.settings.id, lane })
      },
      onDone: (record) => parking.finished(record),
      parkedCopy: (record) => parking.copyOf(record),
    })
  }

  /** Kept with each commit: how far the ledger was known to be when this much was finished. */
  function commitMetadata(): string | undefined {
    const mark = watch.mark()
    return mark === undefined ? undefined : formatMark(mark)
  }

  const handler = createHandler('source')
  const consumer = createOrderedConsumer(client, {
    groupId,
    topics: outbound.map(({ topic }) => topic),
    exclude: isOwnTopic,
    laneOf: handler.laneOf,
    handle: handler.handle,
    limits: WINDOW,
    sessionMs: SESSION_MS,
    commitMetadata,
    discoverMs: DISCOVERY_MS,
    onEvent: (event) => {
      if (event.kind === 'assigned') parking.assigned(event.partitions)
      onConsumerEvent(event)
    },
  })
  const parkedHandler = holdUnknownFormats(createHandler('parked'), { instruments, stopping: stopping.signal })
  const parkedConsumer = createOrderedConsumer(client, {
    groupId: parkedGroupId,
    topics: [/\.parked\./],
    exclude: (name) => !isOutbound(outbound, readParkedTopic(name)?.topic ?? ''),
    laneOf: parkedHandler.laneOf,
    handle: parkedHandler.handle,
    limits: PARKED_WINDOW,
    sessionMs: SESSION_MS,
    commitMetadata,
    // Made by whichever instance parks first; the others are to take their share soon.
    discoverMs: PARKED_DISCOVERY_MS,
    onEvent: onConsumerEvent,
  })

  function onConsumerEvent(event: ConsumerEvent): void {
    switch (event.kind) {
      case 'assigned':
        void watch.check().catch(instruments.redisFailed)
        return
      case 'fatal':
        throw new BrokenInvariant(`the consumer cannot go on: ${event.error.message}`, { cause: event.error })
      case 'handler-failed':
        log.error({ fn: 'dispatch' }, line`handling of [${raw(placeOf(event.record))}] failed`, event.error)
        return
      case 'offset-reset':
        log.error(
          { fn: 'dispatch' },
          line`records of [${raw(`${event.topic}-${event.partition}`)}] are gone from Kafka: reading goes on at ${event.to}`,
        )
        return
      case 'suspended':
      case 'committed':
      case 'commit-failed':
      case 'topics':
        return
    }
  }

  const app = createAdminApp(
    {
      checks: { kafka: checkKafka, redis: checkRedis },
      draining: () => stopping.signal.aborted,
      metrics,
      alive: async () => {
        if (!consumer.isAlive() || !parkedConsumer.isAlive())
          throw new Error('Kafka’s group was not heard of for too long')
      },
    },
    (error) => log.error({ fn: 'admin' }, 'a request could not be handled', error),
  )
  const server = createHttpServer({ handler: app, host: config.current().host, port: settings.port })

  async function checkKafka(): Promise<void> {
    if (!producer.isReady()) throw new Error('Kafka does not answer')
  }

  async function checkRedis(): Promise<void> {
    const late = sleep(READY_MS, 'late', { ref: false })
    if ((await Promise.race([redis.ping(), late])) === 'late') throw new Error('Redis does not answer')
  }

  const reviews: NodeJS.Timeout[] = []
  let reviewing = false
  async function review(): Promise<void> {
    if (reviewing) return
    reviewing = true
    try {
      await parking.review()
    } catch (error) {
      log.warn({ fn: 'parking' }, line`parked topics could not be read: ${raw(String(error))}`)
    } finally {
      reviewing = false
    }
  }

  const removeListener = config.onChange((next) => {
    accounts.update(next)
    log.configure(next.logs)
  })
  observe(instruments.gauges, { accounts, parking, config, consumers: { source: consumer, parked: parkedConsumer } })
  let stopped: Promise<void> | undefined

  return {
    adminUrl: () => server.url(),

    start: async () => {
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
      const { created } = await untilReady(() => prepareTopics(client, settings), {
        signal,
        onFailure: (error, tries) => {
          if (error instanceof MissingTopics) throw error
          onFailure(error, tries)
        },
      })
      if (created.length > 0) log.info({ fn: 'start' }, line`created topics ${raw(created.join(', '))}`)
      await untilReady(
        async () => {
          watch.learn(await keptMark(client, settings))
          await watch.check()
        },
        { signal, onFailure },
      )
      watch.start()
      consumer.start()
      parkedConsumer.start()
      reviews.push(setInterval(() => void review(), REVIEW_MS))
      log.info({ fn: 'start' }, line`dispatcher is ready; health and metrics at [${raw(server.url())}]`)
    },

    stop: () => (stopped ??= stop()),
  }

  async function stop(): Promise<void> {
    stopping.abort()
    removeListener()
    for (const timer of reviews) clearInterval(timer)
    await Promise.all([consumer.stop({ drainMs: DRAIN_MS }), parkedConsumer.stop({ drainMs: DRAIN_MS })])
    watch.stop()
    accounts.close()
    await Promise.all([producer.close(), parkingQueue.close(), deadLetterProducer.close()])
    redis.disconnect()
    if (mediaRedis !== redis) mediaRedis.disconnect()
    await server.stop()
  }
}

function placeOf({ topic, partition, offset }: IncomingRecord): string {
  return `${topic}-${partition}-${offset}`
}

function kafkaLog(log: Logger): KafkaLog {
  return (level, text, fields) => log[level]({ fn: 'kafka', ...fields }, line`${raw(text)}`)
}
