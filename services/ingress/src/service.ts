import type { Config, ConfigSource, Limits } from '@imchannel/config'
import { MAX_RECORD_BYTES, type Topics, topics as topicsOf } from '@imchannel/events'
import { createConsentCopy, createFactStore } from '@imchannel/fact-store'
import {
  type AdminOptions,
  createAddressLimiter,
  createAdminApp,
  createHttpServer,
  type HttpServer,
  isInRange,
  perMinute,
} from '@imchannel/http'
import {
  createKafkaClient,
  createProducer,
  describeTopics,
  type KafkaClient,
  ensureTopics,
  isPermitted,
  MissingTopics,
  requireTopics,
} from '@imchannel/kafka'
import { createLedger } from '@imchannel/ledger'
import { type Service, untilReady, usableMemory, within } from '@imchannel/lifecycle'
import { createTroubleLog, json, line, type Logger, raw } from '@imchannel/logging'
import { createRedis, type RedisClient } from '@imchannel/redis'
import type { Telemetry } from '@imchannel/telemetry'
import { type OptionalTopic, createOptionalTopic } from './adapters/optional-topic.ts'
import { createAliasMemory } from './adapters/alias-memory.ts'
import { createDedupeStore } from './adapters/dedupe-store.ts'
import { createLateMarks, type LateMarks } from './adapters/late-marks.ts'
import { createWindowNotes } from './adapters/window-notes.ts'
import { createApp } from './http/create-app.ts'
import { createAdmission } from './admission/admission.ts'
import { createDoor } from './admission/door.ts'
import { MEMORY_PER_BYTE, memoryRoom } from './admission/memory-room.ts'
import { createStrangers } from './admission/strangers.ts'
import { createInstruments, type Instruments } from './instruments.ts'
import { openContacts } from './open-contacts.ts'
import { createPendingWork } from './pending-work.ts'
import { costTopicSpec, topicSpecs } from './topic-specs.ts'
import { createHourly } from './webhook/hourly.ts'
import type { Stores, SendLookup } from './webhook/look-up.ts'

const DEFAULT_PORT = 3001
/** A first answer takes less; kafkajs itself tries for half a minute before it says that there is none. */
const NOTICE_MS = 1_000
/** For what waits in the producer when the service stops: longer than any webhook's deadline leaves it there. */
const SEND_MS = 10_000
/** For leaving the brokers. */
const CLOSE_MS = 1_000
const DEFAULT_REDIS_TIMEOUT_MS = 500
/** Records of webhooks of the full batch size, some of them at once; what does not fit is 503. */
const MAX_WAITING_RECORDS = 50_000
/** Three webhooks of 500 results: where each turn of the event loop is long, Kafka gets as many requests as there are turns. */
const BATCH = { maxBatchRecords: 1_500, maxBatchBytes: 1536 * 1024 }

export interface IngressDependencies {
  readonly config: ConfigSource
  readonly log: Logger
  readonly telemetry: Pick<Telemetry, 'metricsText'>
  /** How long Redis is waited for. Default 500 ms, a tenth of the webhook's deadline. */
  readonly redisTimeoutMs?: number
}

export interface Ingress extends Service {
  /** Once started. */
  url(): string
}

/** Ingress as a whole: answers webhooks with 200 once Kafka has what they hold. */
export function createIngress(dependencies: IngressDependencies): Ingress {
  const { config: source, log, telemetry, redisTimeoutMs = DEFAULT_REDIS_TIMEOUT_MS } = dependencies
  const config = source.current()
  const topics = topicsOf(config.topics.prefix)
  const starting = new AbortController()
  const pending = createPendingWork()
  let draining = false
  let maxRecordBytes = MAX_RECORD_BYTES

  const memory = memoryRoom(usableMemory())
  const limits = () => limitsOf(source.current().limits, memory)
  const webhooks = createAdmission({
    memory: () => limits().waitingBytes,
    deadlineMs: () => source.current().limits.webhookDeadlineMs,
    isReady: () => producer.isReady(),
  })
  const strangers = createStrangers(() => limits().unauthenticatedBytes)
  const failedAuth = createAddressLimiter({ rate: () => perMinute(source.current().limits.failedAuthPerMinute) })
  const instruments = createInstruments({
    heldBytes: () => webhooks.used() + strangers.used(),
    configChecksum: () => source.checksum(),
  })

  const kafka = kafkaClientOf(config, log)
  const producer = createProducer(kafka, {
    ...BATCH,
    maxWaitingRecords: MAX_WAITING_RECORDS,
    maxWaitingBytes: () => limits().waitingBytes,
  })
  const redisTrouble = createTroubleLog(log, {
    fn: 'redis',
    about: 'Redis does not answer; webhooks are published without being compared with earlier ones',
  })
  const redis = createRedis(config.redis, {
    name: 'imchannel-ingress',
    commandTimeoutMs: redisTimeoutMs,
    onError: (error) => {
      instruments.redisFailed('connect')
      redisTrouble(error)
    },
  })

  const costs = costTopicOf(kafka, topics, { log, partitions: config.topics.partitions })
  const contacts = openContacts(kafka, redis, { config, topics, log })
  const ledger = createLedger(redis, {
    get memoryMs() {
      return source.current().commandMemoryMs
    },
  })
  const marks = marksOf(ledger, log)

  const admin: AdminOptions = {
    checks: {
      kafka: async () => {
        if (!producer.isReady()) throw new Error('Kafka does not answer')
      },
    },
    draining: () => draining,
    metrics: () => telemetry.metricsText(),
  }
  const app = createApp({
    admin: config.adminPort === undefined ? admin : undefined,
    webhooks: {
      config: () => source.current(),
      log,
      instruments,
      door: createDoor({ webhooks, strangers, failedAuth }),
      webhookBytes: () => limits().webhookBytes,
      hourly: createHourly(Date.now),
      delivery: {
        producer,
        memories: { sends: marks, contacts: contacts.memory, ...memoriesIn(redis, { config, log, instruments }) },
        instruments,
        costs,
        topics,
        maxRecordBytes: () => maxRecordBytes,
        later: (work) => pending.add(work),
        onRedisFailure: (operation, error) => {
          instruments.redisFailed(operation)
          redisTrouble(error)
        },
        onThrew: (tenant, reason) => {
          instruments.handlingFailed(tenant)
          log.error({ fn: 'onWebhook', tenant }, line`a result was set aside: ${reason}`)
        },
      },
    },
  })
  const server = createHttpServer({
    handler: app,
    host: config.host,
    port: config.port ?? DEFAULT_PORT,
    tls: config.tls,
    maxConnections: config.limits.connections,
    isShared: (address) => isInRange(address, source.current().trustedProxies),
  })
  const adminServer = adminServerOf(config, admin, log)
  const unsubscribe = source.onChange((next) => {
    if (next.tls !== undefined) server.updateTls(next.tls)
    server.limitConnections(next.limits.connections)
  })

  async function start(): Promise<void> {
    // First of all, so that a probe is answered while Kafka is waited for.
    await adminServer?.start()
    await server.start()
    log.info({ fn: 'start' }, line`ingress listens on ${raw(server.url())}`)
    const waiting = line`waiting for Kafka at ${raw(config.kafka.brokers.join(', '))}`
    const notice = setTimeout(() => log.warn({ fn: 'start' }, waiting), NOTICE_MS)
    await untilReady(
      async () => {
        maxRecordBytes = await prepareTopics(kafka, topics, config)
      },
      {
        signal: starting.signal,
        onFailure: (error) => {
          if (error instanceof MissingTopics) throw error
          log.warn({ fn: 'start' }, line`Kafka is not to be used yet: ${raw(textOf(error))}`)
        },
      },
    )
      .then(() => producer.connect({ signal: starting.signal }))
      .finally(() => clearTimeout(notice))
    await Promise.all([costs.start(), contacts.start()])
    log.info({ fn: 'start' }, 'ingress is ready')
  }

  async function stop(): Promise<void> {
    draining = true
    starting.abort(new Error('stopped while starting'))
    unsubscribe()
    costs.stop()
    contacts.stop()
    await server.stop()
    // Without Kafka there is nothing to wait for: an attempt to connect may go on for half a minute.
    const patienceMs = producer.isReady() ? SEND_MS : 0
    await within(producer.close({ deadlineMs: patienceMs }), patienceMs + CLOSE_MS)
    await pending.done()
    await marks.close()
    redis.disconnect()
    await adminServer?.stop()
  }

  let stopping: Promise<void> | undefined
  return { start, stop: () => (stopping ??= stop()), url: () => server.url() }
}

function memoriesIn(
  redis: RedisClient,
  { config, log, instruments }: { config: Config; log: Logger; instruments: Instruments },
): Omit<Stores, 'sends' | 'contacts'> {
  return {
    aliases: createAliasMemory(redis),
    claims: createDedupeStore(redis),
    consent: createConsentCopy(redis, { prefix: config.topics.prefix }),
    windows: createWindowNotes(createFactStore(redis, { prefix: config.topics.prefix }), {
      log,
      onFailure: () => instruments.redisFailed('remember'),
    }),
  }
}

interface MemoryLimits {
  readonly webhookBytes: number
  readonly waitingBytes: number
  readonly unauthenticatedBytes: number
}

/** Bodies of senders not yet known, where the process may use much. */
const MOST_UNAUTHENTICATED = 64 * 1024 * 1024

/** What is not configured follows from what the process may use, and so does what the largest webhook may be. */
function limitsOf(limits: Limits, memory: number): MemoryLimits {
  const waitingBytes = limits.waitingBytes ?? memory
  return {
    waitingBytes,
    unauthenticatedBytes: limits.unauthenticatedBytes ?? Math.min(MOST_UNAUTHENTICATED, memory / 4),
    webhookBytes: Math.min(limits.webhookBytes, Math.floor(waitingBytes / MEMORY_PER_BYTE)),
  }
}

function kafkaClientOf(config: Config, log: Logger): KafkaClient {
  return createKafkaClient(config.kafka, {
    clientId: 'imchannel-ingress',
    log: (level, text, fields) => log[level]({ fn: 'kafka', ...fields }, line`${raw(text)} ${json(fields)}`),
  })
}

function adminServerOf(config: Config, admin: AdminOptions, log: Logger): HttpServer | undefined {
  if (config.adminPort === undefined) return undefined
  const onError = (error: unknown): void => log.error({ fn: 'admin' }, 'a request could not be handled', error)
  return createHttpServer({ handler: createAdminApp(admin, onError), host: config.host, port: config.adminPort })
}

/** @throws MissingTopics @returns how large a record may be: the least that one of the topics takes */
async function prepareTopics(kafka: KafkaClient, topics: Topics, config: Config): Promise<number> {
  const specs = topicSpecs(topics, config.topics.partitions)
  await requireTopics(kafka, specs)
  const described = await describeTopics(
    kafka,
    specs.map(({ name }) => name),
  )
  const limits = described.map((topic) => Number(topic.config?.['max.message.bytes'])).filter((bytes) => bytes > 0)
  return Math.min(MAX_RECORD_BYTES, ...limits)
}

function marksOf(ledger: SendLookup, log: Logger): LateMarks {
  return createLateMarks(ledger, {
    onDropped: (count) =>
      log.error({ fn: 'redis' }, line`${count} reports came while Redis was away that will settle no command`),
  })
}

function costTopicOf(
  kafka: KafkaClient,
  topics: Topics,
  { log, partitions }: { readonly log: Logger; readonly partitions: number },
): OptionalTopic {
  const topic = raw(topics.cost)
  return createOptionalTopic({
    look: () => lookForCosts(kafka, topics, partitions),
    onOff: (problem) =>
      log.warn(
        { fn: 'costs' },
        line`costs are not written down, ${topic} may not be written: ${raw(problem)}; make the topic, and allow Write on it`,
      ),
    onOn: () => log.info({ fn: 'costs' }, line`costs are written down in ${topic} again`),
  })
}

/** @returns why costs cannot be written down; undefined where they can */
async function lookForCosts(kafka: KafkaClient, topics: Topics, partitions: number): Promise<string | undefined> {
  const { missing } = await ensureTopics(kafka, [costTopicSpec(topics, partitions)])
  if (missing[0] !== undefined) return missing[0].problem
  return (await isPermitted(kafka, { kind: 'write', topic: topics.cost })) ? undefined : 'Write is not granted'
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
