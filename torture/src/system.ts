import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafkaClient, ensureTopics } from '@imchannel/kafka'
import type { KafkaClient, TopicSpec } from '@imchannel/kafka'
import type { Refusal } from './redis-pair.ts'
import { createReplicatedRedis } from './replicated-redis.ts'
import { createSentinelRedis } from './sentinel-redis.ts'
import { freePorts, startKafka } from '@imchannel/local-stack'
import type { LocalServer, ProgramName } from '@imchannel/local-stack'
import { spawnService } from '@imchannel/testkit'
import type { ServiceProcess } from '@imchannel/testkit'
import { openDoor } from './door.ts'
import type { Door, Exchange } from './door.ts'
import { connectInfobip } from './emulator.ts'
import { isMember } from './is-member.ts'
import type { Change, Stoppable, Victim } from './havoc.ts'
import { ADVISED, apiKeyOf, BUDGET, KEY_WORDS, SECRETS, sendersOf, TENANTS } from './tenants.ts'
import type { Tenant } from './tenants.ts'
import { templateInputs } from './templates.ts'
import { writeLongAgo } from './write-long-ago.ts'
import { readTopicId } from './topic-id.ts'

export interface SystemOptions {
  folder: string
  seed: number
  /** Whether the emulator refuses a messageId that it has taken. */
  duplicateCheck: boolean
  redis: RedisKind
  /** Environment of both ingresses and dispatchers: what makes another build of them. */
  buildEnv: Readonly<Record<string, string>>
  onSend: (exchange: Exchange) => void
  /** A process has ended that nobody told to; it is started again. */
  onExit: (name: string, code: number | null) => void
  onWebhook: (exchange: Exchange) => void
}

/** How a Redis whose master fails has another one: by a name that leads to it, or by Sentinel. */
export type RedisKind = 'name' | 'sentinel'

/** Everything that runs: two of each service that can be two, a Kafka, a Redis, Infobip, and the doors between them. */
export interface System extends AsyncDisposable {
  readonly client: KafkaClient
  readonly doors: Readonly<Record<'infobip' | 'ingress' | 'media', Door>>
  emulatorUrl: string
  kill(victim: Victim): Promise<void>
  /** By SIGTERM; says with which code it ended, and whether its group counts on it still. */
  stop(victim: Stoppable): Promise<{ code: number | null; isMember?: boolean }>
  start(victim: Victim): Promise<void>
  /** Redis's replica becomes the master; says what came of it, as the next three do. */
  failOver(): Promise<string>
  freezeRedis(forMs: number): Promise<string>
  emptyRedis(): Promise<string>
  refuseWrites(why: Refusal, forMs: number): Promise<string>
  readTopicId(topic: string): Promise<string | undefined>
  configure(account: Tenant, state: Change | 'as it was'): Promise<void>
  outputs(): string
}

export const PREFIX = 'torture'
const PARTITIONS = 6
/** One of each way in which bots in other languages compress: the broker writes every batch so. */
export const COMMAND_TOPICS: readonly TopicSpec[] = ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'].map((codec) => ({
  name: codec === 'uncompressed' ? `${PREFIX}.outbound` : `${PREFIX}.${codec}`,
  partitions: PARTITIONS,
  replication: 1,
  config: { 'compression.type': codec, 'max.message.bytes': String(8 * 1024 * 1024) },
}))
/** Deleted and made anew now and then. */
export const RENEWED_TOPIC: TopicSpec = { name: `${PREFIX}.renewed`, partitions: 1, replication: 1 }
/** As much as the chart gives a dispatcher. */
const HEAP_MB = 768
/** As a supervisor does. */
const RESTART_MS = 500
/** A dispatcher's own, with an answer. */
const PATIENCE_MS = 10_000
/** Late enough for the slowest answer (12 s) to be in the logs (2 s later): what is asked about by then is known. */
const UNKNOWN_AFTER_MS = 20_000

export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, buildEnv } = options
  const createRedis = options.redis === 'sentinel' ? createSentinelRedis : createReplicatedRedis
  const kafkaOptions = { dataDir: join(folder, 'kafka') }
  const [firstKafka, redis] = await Promise.all([startKafka(kafkaOptions), createRedis(folder)])
  let kafka: LocalServer = firstKafka
  const ports = await freePorts(6)
  const [emulator = 0, media = 0, ...pairs] = ports
  const port: Record<Exclude<Victim, 'kafka' | 'redis'>, number> = {
    'media-server': media,
    'ingress-0': pairs[0] ?? 0,
    'ingress-1': pairs[1] ?? 0,
    'dispatcher-0': pairs[2] ?? 0,
    'dispatcher-1': pairs[3] ?? 0,
  }
  const doors = {
    infobip: await openDoor({ upstreams: [urlAt(emulator)], onClosed: options.onSend, mostAgeMs: PATIENCE_MS }),
    ingress: await openDoor({
      upstreams: [urlAt(port['ingress-0']), urlAt(port['ingress-1'])],
      onClosed: options.onWebhook,
    }),
    media: await openDoor({ upstreams: [urlAt(media)] }),
  }
  const configPath = join(folder, 'imchannel.yaml')
  const emulatorPath = join(folder, 'emulator.json')
  const changed = new Map<Tenant, Change>()
  const writeConfig = async (): Promise<void> => {
    const config = {
      kafka: { brokers: firstKafka.brokers },
      redis: redis.settings,
      publicUrl: doors.media.url,
      topics: { prefix: PREFIX, outbound: [...COMMAND_TOPICS, RENEWED_TOPIC].map(({ name }) => name) },
      tenants: Object.fromEntries(
        TENANTS.map((tenant) => [tenant, tenantConfig(tenant, doors.infobip, changed.get(tenant))]),
      ),
    }
    // JSON is YAML. Never half a file, whenever somebody looks.
    await writeFile(`${configPath}.new`, JSON.stringify(config))
    await rename(`${configPath}.new`, configPath)
  }
  await writeConfig()
  await writeFile(
    emulatorPath,
    JSON.stringify({
      seed: options.seed,
      accounts: TENANTS.map((tenant) => ({
        id: tenant,
        apiKeys: [apiKeyOf(tenant)],
        senders: sendersOf(tenant).map((number) => ({
          number,
          scenarioKey: `scenario-${number}`,
          messagesPerSecond: 0,
        })),
        webhooks: {
          baseUrl: `${doors.ingress.url}/${tenant}/imchannel`,
          auth: { type: 'basic', username: 'infobip', password: SECRETS.password },
        },
      })),
      behaviour: { duplicates: options.duplicateCheck ? 'refuse' : 'accept', sessionWindow: 'off' },
      keep: { messages: 1_000_000, requests: 1_000_000, webhooks: 1_000_000 },
    }),
  )

  const running = new Map<string, ServiceProcess>()
  /** Those that were killed, or told to end. */
  const told = new WeakSet<ServiceProcess>()
  const outputs: string[] = []
  async function spawn(name: string, program: ProgramName, env: Record<string, string>, ready: boolean): Promise<void> {
    const service = await spawnService(
      program,
      {
        IMCHANNEL_CONFIG: configPath,
        EMULATOR_CONFIG: emulatorPath,
        KAFKA_TOPIC_PARTITIONS: String(PARTITIONS),
        LOG_LEVEL: 'warn',
        ...env,
      },
      { ready },
    )
    running.set(name, service)
    void supervise(name, service, () => spawn(name, program, env, false))
  }
  /** Starts again what ends by itself. */
  async function supervise(name: string, service: ServiceProcess, startAgain: () => Promise<void>): Promise<void> {
    const { code, signal } = await service.exited
    if (told.has(service)) return
    outputs.push(`--- ${name}, ended by itself (${signal ?? code})\n${service.output()}`)
    options.onExit(name, code)
    await sleep(RESTART_MS)
    if (!told.has(service)) await startAgain()
  }
  // A named member and one without a name are one group, too.
  const nameOf = (name: string): Record<string, string> =>
    options.seed % 4 < 2 || name !== 'dispatcher-1' ? { KAFKA_INSTANCE_NAME: name } : {}
  const startService = (name: Exclude<Victim, 'kafka' | 'redis'>, ready: boolean): Promise<void> => {
    const program = name === 'media-server' ? name : name.startsWith('ingress') ? 'ingress' : 'dispatcher'
    const { NODE_OPTIONS = '', ...build } = program === 'media-server' ? {} : buildEnv
    const options =
      `${NODE_OPTIONS} --max-old-space-size=${HEAP_MB} --import=${new URL('name-process.ts', import.meta.url).href}`.trim()
    return spawn(
      name,
      program,
      { PORT: String(port[name]), ...nameOf(name), ...build, TORTURE_PROCESS: name, NODE_OPTIONS: options },
      ready,
    )
  }

  const system: System = {
    client: createKafkaClient({ brokers: firstKafka.brokers }, { clientId: 'torture', log: () => undefined }),
    doors,
    emulatorUrl: urlAt(emulator),
    kill: async (victim) => {
      if (victim === 'kafka') return kafka.kill()
      if (victim === 'redis') return redis.kill()
      const service = running.get(victim)
      if (service !== undefined) told.add(service)
      await service?.kill()
      outputs.push(`--- ${victim}, killed\n${service?.output()}`)
    },
    stop: async (victim) => {
      const service = running.get(victim)
      if (service === undefined) throw new Error(`${victim} was never started`)
      told.add(service)
      const { code } = await service.stop()
      outputs.push(`--- ${victim}, told to end\n${service.output()}`)
      // Who has no name is called by nothing that could be looked for.
      const { KAFKA_INSTANCE_NAME: name } = victim.startsWith('dispatcher') ? nameOf(victim) : {}
      const member = name === undefined ? undefined : await isMember(system.client, `${PREFIX}.dispatcher`, name)
      return { code, ...(member === undefined ? {} : { isMember: member }) }
    },
    start: async (victim) => {
      if (victim === 'kafka') kafka = await startKafka({ ...kafkaOptions, port: firstKafka.port })
      else if (victim === 'redis') await redis.start()
      else await startService(victim, false)
    },
    failOver: () => redis.failOver(),
    freezeRedis: (forMs) => redis.freeze(forMs),
    emptyRedis: () => redis.empty(),
    refuseWrites: (why, forMs) => redis.refuseWrites(why, forMs),
    readTopicId: (topic) => readTopicId(kafkaOptions.dataDir, topic),
    configure: async (account, state) => {
      if (state === 'as it was') changed.delete(account)
      else changed.set(account, state)
      await writeConfig()
    },
    outputs: () => [...outputs, ...[...running].map(([name, one]) => `--- ${name}\n${one.output()}`)].join('\n'),
    [Symbol.asyncDispose]: async () => {
      for (const service of running.values()) told.add(service)
      await Promise.all([...running.values()].map((service) => service.kill()))
      await Promise.all(Object.values(doors).map((door) => door[Symbol.asyncDispose]()))
      await Promise.all([kafka.kill(), redis[Symbol.asyncDispose]()])
    },
  }
  await ensureTopics(system.client, [...COMMAND_TOPICS, RENEWED_TOPIC])
  await writeLongAgo(system.client, { name: `${PREFIX}.inbound`, partitions: PARTITIONS, replication: 1 })
  await spawn('emulator', 'emulator', { PORT: String(emulator) }, true)
  await connectInfobip(urlAt(emulator)).addTemplates(templateInputs())
  // One after the other makes the topics; the rest finds them.
  await startService('dispatcher-0', true)
  await Promise.all(
    (['dispatcher-1', 'ingress-0', 'ingress-1', 'media-server'] as const).map((name) => startService(name, true)),
  )
  return system
}

const budgetConfig = { per: 'tenant', category: 'marketing', period: 'day', messages: BUDGET.messages, over: 'enforce' }

function tenantConfig(tenant: Tenant, { url, otherUrl }: Door, change: Change | undefined): unknown {
  return {
    webhookAuth: { type: 'basic', username: 'infobip', password: SECRETS.password },
    gates:
      tenant === ADVISED ? {} : { window: 'enforce', consent: 'enforce', template: 'enforce', identity: 'enforce' },
    keywords: KEY_WORDS,
    ...(tenant === BUDGET.tenant ? { budgets: [budgetConfig] } : {}),
    mediaTokens: [SECRETS.mediaToken],
    mediaSecrets: [`media-secret-0123456789abcdef-${tenant}`],
    accounts:
      change === 'removed'
        ? []
        : [
            {
              baseUrl: change === 'moved' ? otherUrl : url,
              apiKey: apiKeyOf(tenant),
              unknownAfterMs: UNKNOWN_AFTER_MS,
              senders: sendersOf(tenant).map((number) => ({
                number,
                scenarioKey: `scenario-${number}`,
                inbound: 'complete',
              })),
            },
          ],
  }
}

function urlAt(port: number): string {
  return `http://127.0.0.1:${port}`
}
