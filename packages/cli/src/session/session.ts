import { type Config, openConfig, type Tenant } from '@imchannel/config'
import { type Topics, topics as topicsOf } from '@imchannel/events'
import { createKafkaClient, createProducer, type KafkaClient, type Producer } from '@imchannel/kafka'
import { createLedger, type Ledger } from '@imchannel/ledger'
import { createMediaStore, type MediaStore } from '@imchannel/media-store'
import { createRedis, type RedisClient, type RedisSettings } from '@imchannel/redis'
import { startTelemetry } from '@imchannel/telemetry'
import { withConfigFile } from './environment.ts'
import { Failure, messageOf, usage } from './failure.ts'
import type { Io } from './io.ts'
import { createOutput, type Output } from './output.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string
  readonly json?: boolean
  readonly pretty?: boolean
  readonly verbose?: boolean
}

/** One run of a command: the configuration and, once they are asked for, the connections. */
export interface Session {
  readonly io: Io
  readonly out: Output
  readonly env: Io['env']
  /** @throws Failure with every problem of the configuration */
  config(): Config
  topics(): Topics
  /** The tenant named, or the only one. @throws Failure */
  tenant(name: string | undefined): Tenant
  kafka(): KafkaClient
  /** Connected. @throws Failure where Kafka does not answer in time */
  producer(): Promise<Producer>
  redis(): RedisClient
  ledger(): Ledger
  /** The Redis that holds media. */
  mediaRedis(): RedisClient
  mediaStore(): MediaStore
  /** Sends spans where OTEL_EXPORTER_OTLP_ENDPOINT says. */
  trace(): Promise<void>
  close(): Promise<void>
}

/** A person waits: three attempts, some two seconds. */
const KAFKA_RETRIES = 3
const CONNECT_MS = 10_000
const REDIS_TIMEOUT_MS = 5_000

export function createSession(io: Io, options: GlobalOptions): Session {
  const out = createOutput(io, options)
  const env = withConfigFile(io.env, options.config)
  const closers: (() => Promise<void> | void)[] = []
  const verbose = (text: string): void => {
    if (options.verbose) out.note(text)
  }

  const config = once((): Config => {
    try {
      const source = openConfig({ env, log: (level, line) => verbose(`${level}: ${line}`) })
      void source.close()
      return source.current()
    } catch (error) {
      if (error instanceof Error && error.name === 'ConfigRefused') throw new Failure(error.message)
      throw error
    }
  })
  const kafka = once(() =>
    createKafkaClient(config().kafka, {
      clientId: 'imchannel-cli',
      retries: KAFKA_RETRIES,
      log: (level, text, fields) => verbose(`kafka ${level}: ${text} ${JSON.stringify(fields)}`),
    }),
  )
  const connect = (settings: RedisSettings, name: string): RedisClient => {
    const client = createRedis(settings, {
      name,
      commandTimeoutMs: REDIS_TIMEOUT_MS,
      onError: (error) => verbose(`redis: ${messageOf(error)}`),
    })
    closers.push(() => client.disconnect())
    return client
  }
  const redis = once(() => connect(config().redis, 'imchannel-cli'))
  const mediaRedis = once(() => {
    const { mediaUrl, tls } = config().redis
    return mediaUrl === undefined ? redis() : connect({ url: mediaUrl, tls }, 'imchannel-cli-media')
  })
  const producer = once(async () => {
    const made = createProducer(kafka())
    closers.push(() => made.close())
    try {
      await made.connect({ signal: AbortSignal.any([io.signal, AbortSignal.timeout(CONNECT_MS)]) })
    } catch (error) {
      throw new Failure(`Kafka at ${config().kafka.brokers.join(', ')} does not answer: ${messageOf(error)}`)
    }
    return made
  })
  const trace = once(async () => {
    if (!env['OTEL_EXPORTER_OTLP_ENDPOINT'] && !env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) return
    const telemetry = await startTelemetry({ service: 'cli', env, log: verbose })
    closers.push(() => telemetry.shutdown())
  })

  return {
    io,
    out,
    env,
    config,
    topics: once(() => topicsOf(config().topics.prefix)),
    tenant: (name) => findTenant(config(), name),
    kafka,
    producer,
    redis,
    ledger: once(() => createLedger(redis(), { memoryMs: config().commandMemoryMs })),
    mediaRedis,
    mediaStore: once(() =>
      createMediaStore(mediaRedis(), {
        ttlAfterFetchMs: () => config().mediaTtlAfterFetchMs,
        budgetBytes: () => config().mediaBudgetBytes,
      }),
    ),
    trace,
    close: async () => {
      for (const close of closers.toReversed()) await close()
    },
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}

function findTenant({ tenants }: Config, name: string | undefined): Tenant {
  const names = Object.keys(tenants)
  const wanted = name ?? (names.length === 1 ? names[0] : undefined)
  if (wanted === undefined) throw usage(`which tenant? --tenant ${names.join(' | ')}`)
  const tenant = tenants[wanted]
  if (tenant === undefined)
    throw usage(`the configuration has no tenant "${wanted}"; it has ${names.join(', ') || 'none'}`)
  return tenant
}
