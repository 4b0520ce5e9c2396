import type { Config, ConfigSource, ConsoleConfig } from '@imchannel/config'
import { topics as topicsOf, type Topics } from '@imchannel/events'
import { createFactStore } from '@imchannel/fact-store'
import {
  adminRoutes,
  createAddressLimiter,
  createAdminApp,
  createHttpServer,
  isInRange,
  perMinute,
  type AdminOptions,
  type HttpServer,
} from '@imchannel/http'
import { createProducer, type KafkaClient, type Producer } from '@imchannel/kafka'
import { createLedger } from '@imchannel/ledger'
import type { Service } from '@imchannel/lifecycle'
import type { Logger } from '@imchannel/logging'
import type { RedisClient } from '@imchannel/redis'
import { createAuditLog } from './adapters/audit-log.ts'
import { createForgetting } from './adapters/forgetting.ts'
import { createConsentCorrector } from './adapters/consent-corrector.ts'
import { createProgress } from './adapters/progress.ts'
import { createProjector } from './adapters/projector.ts'
import { createReplayer } from './adapters/replayer.ts'
import { createRetention } from './adapters/retention.ts'
import { countRecords } from './adapters/store/read-lists.ts'
import type { StoreIdentity } from './adapters/store/store-identity.ts'
import type { Database } from './adapters/store/tables.ts'
import { createOidcLogin } from './auth/oidc-login.ts'
import { createSessions } from './auth/sessions.ts'
import { createSigner } from './auth/signer.ts'
import { createTokens, type Tokens } from './auth/tokens.ts'
import { consoleConfigOf, DEFAULT_PORT } from './config.ts'
import { consentHandlers } from './handlers/consent.ts'
import { accessHandler } from './handlers/access.ts'
import { conversationHandlers } from './handlers/conversations.ts'
import { listHandlers } from './handlers/lists.ts'
import { parkedHandler } from './handlers/parked.ts'
import { replayHandlers } from './handlers/replays.ts'
import { scenarioHandler } from './handlers/scenario.ts'
import type { SessionView } from './http/api/session.ts'
import type { WriteAudit } from './handlers/write-audit.ts'
import { createApp } from './http/create-app.ts'
import { createLive } from './http/live.ts'
import { createInstruments } from './instruments.ts'

export interface ConsoleDependencies {
  readonly config: ConfigSource
  readonly log: Logger
  readonly kafka: KafkaClient
  readonly redis: RedisClient
  readonly database: Database
  readonly identity: StoreIdentity
  readonly metricsText: () => Promise<string>
  /** Ms since 1970; default the clock. */
  readonly now?: () => number
}

export interface Console extends Service {
  /** `http://127.0.0.1:port`, once it is started. */
  url(): string
}

/** Of one address, wrong ones: a person mistypes a few times, and a guess every six seconds finds nothing. */
const LOGINS_PER_MINUTE = 10

/** Keeps a projection of Kafka’s topics and shows it. Needs its store and Kafka; Redis for a replay alone. */
export function createConsole(dependencies: ConsoleDependencies): Console {
  const { config: source, log, kafka, redis, database, identity, metricsText, now = Date.now } = dependencies
  const config = () => source.current()
  const settings = () => consoleConfigOf(config())
  const first = config()
  const topics = topicsOf(first.topics.prefix)
  const instruments = createInstruments()
  const signer = createSigner(identity.secret)
  const tokens = createTokens(signer)
  const producer = createProducer(kafka)
  const ledger = createLedger(redis, { memoryMs: first.commandMemoryMs })
  let draining = false

  const forgetting = createForgetting({ kafka, database, topic: topics.audit, config, log })
  const projector = createProjector({
    kafka,
    database,
    generation: identity.generation,
    config,
    instruments,
    log,
    forgetting,
    onTaken: (taken) => {
      live.tell(taken)
      if (taken.some(({ record }) => record.kind === 'audit')) void forgetting.lookAgain().catch(() => undefined)
    },
  })
  const progress = createProgress({
    lag: () => projector.lag(),
    missing: () => projector.missing(),
    records: () => countRecords(database.read),
    log,
  })
  const live = createLive({ progress: () => progress.view(), now })
  const retention = createRetention({ database, days: () => settings().retentionDays, now, log })
  const secretOf = (tenant: string) => config().tenants[tenant]?.forgetSecret[0]?.reveal()
  const { partitions } = first.topics
  const audit = createAuditLog({ kafka, producer, topics, partitions, signer, secretOf, now })
  const groupPrefix = `${first.topics.prefix}.console.replay`
  const letters = { topic: topics.deadletter, groupPrefix }
  const replayer = createReplayer({ kafka, producer, ledger: () => ledger, config, ...letters, now })

  const admin = adminOptionsOf({ database, producer, projector, metricsText, draining: () => draining })
  const session = {
    ...sessionOptionsOf({ config, database, tokens, now }),
    progress: () => progress.view(),
    instruments,
    onLogout: (ended: { readonly id: string }) => live.end(ended),
  }
  const app = createApp({
    ...session,
    log,
    handlers: {
      ...conversationHandlers({ database, tokens, audit, instruments, now }),
      createAccess: accessHandler({ tokens, audit, auth: session.auth, now }),
      getScenario: scenarioHandler(database),
      ...listHandlers({ database, now }),
      ...consentHandlersOf({ database, redis, producer, topics, audit, now }, first.topics.prefix),
      ...replayHandlers({ database, replayer, audit, config, instruments, now }),
      listParked: parkedHandler({ database, kafka, config, now }),
    },
    live: (request, response, listener) => live.listen(request, response, listener),
    oidc: createOidcLogin({ ...session, log }),
    admin: first.adminPort === undefined ? adminRoutes(admin) : undefined,
  })
  const server = createHttpServer({
    handler: app,
    host: first.host,
    port: first.port ?? DEFAULT_PORT,
    tls: first.tls,
    maxConnections: first.limits.connections,
    isShared: (address) => isInRange(address, config().trustedProxies),
  })
  const adminServer =
    first.adminPort === undefined
      ? undefined
      : adminServerOf({ ...admin, host: first.host, port: first.adminPort, log })

  instruments.configInfo.addCallback((result) => result.observe(1, { checksum: source.checksum() }))
  instruments.behind.addCallback((result) => result.observe(progress.behind()))
  instruments.listeners.addCallback((result) => result.observe(live.count()))
  source.onChange((next) => {
    if (next.tls !== undefined) server.updateTls(next.tls)
    projector.follow(next)
  })

  return {
    url: () => server.url(),
    async start() {
      await adminServer?.start()
      await server.start()
      // Pages are shown while Kafka is away: what the store has is there.
      void producer.connect().catch(() => undefined)
      void projector.start().catch((error: unknown) => {
        if (!draining) log.error({ fn: 'projection' }, 'reading could not be begun', error)
      })
      forgetting.start()
      retention.start()
      log.info({ fn: 'start' }, `console listens on ${server.url()}`)
    },
    async stop() {
      draining = true
      live.close()
      await server.stop()
      progress.stop()
      await Promise.all([retention.stop(), forgetting.stop()])
      await projector.stop()
      await producer.close()
      await adminServer?.stop()
      await redis.quit().catch(() => redis.disconnect())
      await database.close()
    },
  }
}

interface AdminParts extends Pick<ConsoleDependencies, 'database' | 'metricsText'> {
  readonly producer: Pick<Producer, 'isReady'>
  readonly projector: { isAlive(): boolean }
  readonly draining: () => boolean
}

/** Ready with its store and Kafka, alive while it reads. */
function adminOptionsOf({ database, producer, projector, metricsText, draining }: AdminParts): AdminOptions {
  return {
    checks: {
      store: async () => void (await database.read.selectFrom('meta').select('name').limit(1).execute()),
      kafka: async () => {
        if (!producer.isReady()) throw new Error('it does not answer')
      },
    },
    draining,
    metrics: metricsText,
    alive: async () => {
      if (!projector.isAlive()) throw new Error('reading has ended')
    },
  }
}

interface SessionParts extends Pick<ConsoleDependencies, 'database'> {
  readonly config: () => Config
  readonly tokens: Tokens
  readonly now: () => number
}

/** How people are known, by the configuration in force at each request. */
function sessionOptionsOf({ config, database, tokens, now }: SessionParts) {
  const settings = () => consoleConfigOf(config())
  const auth = () => settings().auth
  const trustedProxies = () => config().trustedProxies
  const failures = createAddressLimiter({ rate: () => perMinute(LOGINS_PER_MINUTE) })
  return {
    auth,
    tenants: () => Object.keys(config().tenants),
    url: () => settings().url,
    links: () => linksOf(settings()),
    trustedProxies,
    tokens,
    sessions: createSessions({ database, auth, tokens, trustedProxies, now, failures }),
    now,
    failures,
  }
}

function linksOf({ jaegerUrl: jaeger, emulatorUrl: emulator }: ConsoleConfig): SessionView['links'] {
  return { ...(jaeger === undefined ? {} : { jaeger }), ...(emulator === undefined ? {} : { emulator }) }
}

interface ConsentParts extends Pick<ConsoleDependencies, 'database' | 'redis'> {
  readonly producer: Producer
  readonly topics: Topics
  readonly audit: WriteAudit
  readonly now: () => number
}

function consentHandlersOf({ redis, producer, topics, ...others }: ConsentParts, prefix: string) {
  const facts = createFactStore(redis, { prefix })
  return consentHandlers({ ...others, facts, correct: createConsentCorrector(producer, topics) })
}

interface AdminPort extends AdminOptions {
  readonly host: string
  readonly port: number
  readonly log: Logger
}

function adminServerOf({ host, port, log, ...admin }: AdminPort): HttpServer {
  const onError = (error: unknown): void => log.error({ fn: 'admin' }, 'a request could not be handled', error)
  return createHttpServer({ handler: createAdminApp(admin, onError), host, port })
}
