import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createKafkaClient } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { freePorts, startKafka, startRedis } from '@imchannel/local-stack'
import type { LocalServer, ProgramName } from '@imchannel/local-stack'
import { spawnService } from '@imchannel/testkit'
import type { ServiceProcess } from '@imchannel/testkit'
import { openDoor } from './door.ts'
import type { Door, Exchange } from './door.ts'
import type { Victim } from './havoc.ts'
import { apiKeyOf, SECRETS, sendersOf, TENANTS } from './tenants.ts'
import type { Tenant } from './tenants.ts'

export interface SystemOptions {
  folder: string
  seed: number
  /** Whether the emulator refuses a messageId that it has taken. */
  duplicateCheck: boolean
  /** Environment of both ingresses and dispatchers: what makes another build of them. */
  buildEnv: Readonly<Record<string, string>>
  onSend: (exchange: Exchange) => void
  onWebhook: (exchange: Exchange) => void
}

/** Everything that runs: two of each service that can be two, a Kafka, a Redis, Infobip, and the doors between them. */
export interface System extends AsyncDisposable {
  readonly client: KafkaClient
  readonly doors: Readonly<Record<'infobip' | 'ingress' | 'media', Door>>
  emulatorUrl: string
  kill(victim: Victim): Promise<void>
  start(victim: Victim): Promise<void>
  outputs(): string
}

export const PREFIX = 'torture'
/** A dispatcher's own, with an answer. */
const PATIENCE_MS = 10_000
/** Late enough for the slowest answer (12 s) to be in the logs (2 s later): what is asked about by then is known. */
const UNKNOWN_AFTER_MS = 20_000

export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, buildEnv } = options
  const kafkaOptions = { dataDir: join(folder, 'kafka') }
  const redisOptions = { dataDir: join(folder, 'redis') }
  const [firstKafka, firstRedis] = await Promise.all([startKafka(kafkaOptions), startRedis(redisOptions)])
  const servers: Record<'kafka' | 'redis', LocalServer> = { kafka: firstKafka, redis: firstRedis }
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
  // JSON is YAML.
  await writeFile(
    configPath,
    JSON.stringify({
      kafka: { brokers: firstKafka.brokers },
      redis: { url: firstRedis.url },
      publicUrl: doors.media.url,
      topics: { prefix: PREFIX, outbound: [`${PREFIX}.outbound`] },
      tenants: Object.fromEntries(TENANTS.map((tenant) => [tenant, tenantConfig(tenant, doors.infobip.url)])),
    }),
  )
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
  const outputs: string[] = []
  async function spawn(name: string, program: ProgramName, env: Record<string, string>, ready: boolean): Promise<void> {
    const service = await spawnService(
      program,
      {
        IMCHANNEL_CONFIG: configPath,
        EMULATOR_CONFIG: emulatorPath,
        KAFKA_TOPIC_PARTITIONS: '6',
        LOG_LEVEL: 'warn',
        ...env,
      },
      { ready },
    )
    running.set(name, service)
  }
  const startService = (name: Exclude<Victim, 'kafka' | 'redis'>, ready: boolean): Promise<void> => {
    const program = name === 'media-server' ? name : name.startsWith('ingress') ? 'ingress' : 'dispatcher'
    const { NODE_OPTIONS = '', ...build } = program === 'media-server' ? {} : buildEnv
    const options = `${NODE_OPTIONS} --import=${new URL('name-process.ts', import.meta.url).href}`.trim()
    return spawn(
      name,
      program,
      { PORT: String(port[name]), ...build, TORTURE_PROCESS: name, NODE_OPTIONS: options },
      ready,
    )
  }

  const system: System = {
    client: createKafkaClient({ brokers: firstKafka.brokers }, { clientId: 'torture', log: () => undefined }),
    doors,
    emulatorUrl: urlAt(emulator),
    kill: async (victim) => {
      if (victim === 'kafka' || victim === 'redis') return servers[victim].kill()
      const service = running.get(victim)
      await service?.kill()
      outputs.push(`--- ${victim}, killed\n${service?.output()}`)
    },
    start: async (victim) => {
      if (victim === 'kafka') servers.kafka = await startKafka({ ...kafkaOptions, port: firstKafka.port })
      else if (victim === 'redis') servers.redis = await startRedis({ ...redisOptions, port: firstRedis.port })
      else await startService(victim, false)
    },
    outputs: () => [...outputs, ...[...running].map(([name, one]) => `--- ${name}\n${one.output()}`)].join('\n'),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running.values()].map((service) => service.kill()))
      await Promise.all(Object.values(doors).map((door) => door[Symbol.asyncDispose]()))
      await Promise.all(Object.values(servers).map((server) => server.kill()))
    },
  }
  await spawn('emulator', 'emulator', { PORT: String(emulator) }, false)
  // One after the other makes the topics; the rest finds them.
  await startService('dispatcher-0', true)
  await Promise.all(
    (['dispatcher-1', 'ingress-0', 'ingress-1', 'media-server'] as const).map((name) => startService(name, true)),
  )
  return system
}

function tenantConfig(tenant: Tenant, baseUrl: string): unknown {
  return {
    webhookAuth: { type: 'basic', username: 'infobip', password: SECRETS.password },
    mediaTokens: [SECRETS.mediaToken],
    mediaSecrets: [`media-secret-0123456789abcdef-${tenant}`],
    accounts: [
      {
        baseUrl,
        apiKey: apiKeyOf(tenant),
        unknownAfterMs: UNKNOWN_AFTER_MS,
        senders: sendersOf(tenant).map((number) => ({ number, scenarioKey: `scenario-${number}` })),
      },
    ],
  }
}

function urlAt(port: number): string {
  return `http://127.0.0.1:${port}`
}
