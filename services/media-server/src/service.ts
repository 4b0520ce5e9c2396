import type { Config, ConfigSource } from '@imchannel/config'
import { topics } from '@imchannel/events'
import {
  adminRoutes,
  createAddressLimiter,
  createAdminApp,
  createHttpServer,
  isInRange,
  networkOf,
  perMinute,
  remoteAddress,
} from '@imchannel/http'
import type { AdminOptions, HttpServer, SenderRate } from '@imchannel/http'
import { createProducer } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { type Service, usableMemory } from '@imchannel/lifecycle'
import type { Logger } from '@imchannel/logging'
import { createMediaStore, type MediaStore, type MediaStoreOptions } from '@imchannel/media-store'
import type { RedisClient } from '@imchannel/redis'
import { createAccountPace } from './adapters/account-pace.ts'
import { createFetchEvents } from './adapters/fetch-events.ts'
import { createInboundMedia } from './adapters/inbound-media.ts'
import { createInfobipClients } from './adapters/infobip-clients.ts'
import { createInboundKeeper } from './adapters/inbound-keeper.ts'
import { ensureStatusTopic, statusTopic } from './adapters/status-topic.ts'
import { DEFAULT_PORT, MISS_RATE, UPLOAD_MS } from './config.ts'
import { createApp } from './http/create-app.ts'
import type { RecordAbuse } from './http/record-abuse.ts'
import { createReaders } from './http/readers.ts'
import { removeMedia } from './http/remove-media.ts'
import { serveInbound } from './http/serve-inbound.ts'
import { serveMedia } from './http/serve-media.ts'
import { uploadMedia } from './http/upload-media.ts'
import { createInstruments, type Instruments } from './instruments.ts'

export interface MediaServerDependencies {
  readonly config: ConfigSource
  readonly log: Logger
  readonly redis: RedisClient
  readonly kafka: KafkaClient
  readonly metricsText: () => Promise<string>
  /** Default: what this process may use. */
  readonly usableBytes?: number | undefined
}

export interface MediaServer extends Service {
  /** `http://127.0.0.1:port`, once it is started. */
  url(): string
}

/** Serves Redis-held media on a public URL. Needs Redis; Kafka may be away. */
export function createMediaServer(dependencies: MediaServerDependencies): MediaServer {
  const { config: source, log, redis, kafka, metricsText, usableBytes = usableMemory() } = dependencies
  const config = () => source.current()
  const first = config()
  const instruments = createInstruments()
  const stores = createStores(redis, config)
  const { outbound: store, inbound: inboundStore } = stores
  const clients = createInfobipClients()
  const inbound = createInboundMedia({
    redis,
    store: inboundStore,
    clientOf: (tenant, account) => clients.of(tenant, account),
    pace: createAccountPace(redis),
    ttlMs: () => config().mediaTtlMs,
  })
  const producer = createProducer(kafka)
  const stopped = new AbortController()
  const names = topics(first.topics.prefix)
  const topicReady = Promise.withResolvers<void>()
  const events = createFetchEvents({
    producer,
    topics: names,
    topicReady: topicReady.promise,
    instruments,
    log: (text) => log.warn({ fn: 'publish' }, text),
  })
  const keeping =
    first.inboundMedia === 'at-once'
      ? createInboundKeeper({ kafka, redis, prefix: first.topics.prefix, topic: names.inbound, inbound, config, log })
      : undefined
  const noteSender = (rate: () => SenderRate): RecordAbuse => {
    const limiter = createAddressLimiter({ rate })
    return (request) => limiter.note(remoteAddress(request, config().trustedProxies))
  }
  const readers = createReaders(usableBytes)
  const misses = noteSender(() => MISS_RATE)
  const failedAuth = noteSender(() => perMinute(config().limits.failedAuthPerMinute))
  let draining = false

  const admin: AdminOptions = {
    checks: { redis: async () => void (await redis.ping()) },
    draining: () => draining,
    metrics: metricsText,
  }
  const app = createApp({
    config,
    log,
    failedAuth,
    enterReader: (request) => {
      const leave = readers.enter(networkOf(remoteAddress(request, config().trustedProxies)))
      if (leave === undefined) instruments.refusedReads.add(1)
      return leave
    },
    serveMedia: serveMedia({
      store,
      log,
      events,
      instruments,
      misses,
      trustedTrace: ({ headers }) => (config().trustTraceHeaders ? [headers.traceparent].flat()[0] : undefined),
    }),
    serveInbound: serveInbound({ inbound, store: inboundStore, config, log, instruments, misses }),
    uploadMedia: uploadMedia({ store, config, log, instruments }),
    removeMedia: removeMedia({ store, log, instruments }),
    admin: first.adminPort === undefined ? adminRoutes(admin) : undefined,
  })
  const server = createHttpServer({
    handler: app,
    host: first.host,
    port: first.port ?? DEFAULT_PORT,
    tls: first.tls,
    maxConnections: first.limits.connections,
    isShared: (address) => isInRange(address, source.current().trustedProxies),
    timeouts: { requestMs: UPLOAD_MS },
  })
  const adminServer = adminServerOf(first, admin, log)

  observeState(instruments, stores, source)
  source.onChange((next) => {
    if (next.tls !== undefined) server.updateTls(next.tls)
    server.limitConnections(next.limits.connections)
  })

  return {
    url: () => server.url(),
    async start() {
      // Not waited for: media are served without Kafka, and readiness tells of Redis.
      const topic = statusTopic(names.status, first.topics.partitions)
      void ensureStatusTopic(kafka, topic, { signal: stopped.signal, log }).then(topicReady.resolve)
      keeping?.start()
      await adminServer?.start()
      await server.start()
      log.info({ fn: 'start' }, `media-server listens on ${server.url()}`)
    },
    async stop() {
      draining = true
      await server.stop()
      stopped.abort()
      await keeping?.stop()
      await producer.close()
      clients.close()
      await adminServer?.stop()
      await redis.quit().catch(() => redis.disconnect())
    },
  }
}

function adminServerOf({ host, adminPort }: Config, admin: AdminOptions, log: Logger): HttpServer | undefined {
  if (adminPort === undefined) return undefined
  const onError = (error: unknown): void => log.error({ fn: 'admin' }, 'a request could not be handled', error)
  return createHttpServer({ handler: createAdminApp(admin, onError), host, port: adminPort })
}

type Stores = Readonly<Record<'outbound' | 'inbound', MediaStore>>

function createStores(redis: RedisClient, config: () => Config): Stores {
  const options: MediaStoreOptions = {
    ttlAfterFetchMs: () => config().mediaTtlAfterFetchMs,
    budgetBytes: () => config().mediaBudgetBytes,
    tenants: () => Object.keys(config().tenants).length,
  }
  return {
    outbound: createMediaStore(redis, options),
    inbound: createMediaStore(redis, { ...options, room: 'inbound' }),
  }
}

function observeState(instruments: Instruments, stores: Stores, source: ConfigSource): void {
  instruments.configInfo.addCallback((result) => result.observe(1, { checksum: source.checksum() }))
  instruments.storedBytes.addCallback(async (result) => {
    // A scrape must not fail for want of Redis: then there is no figure.
    const counts = await Promise.all([stores.outbound.countBytes(), stores.inbound.countBytes()]).catch(() => undefined)
    counts?.forEach((bytes, index) => result.observe(bytes, { room: index === 0 ? 'outbound' : 'inbound' }))
  })
}
