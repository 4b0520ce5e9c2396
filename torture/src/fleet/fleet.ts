import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '@imchannel/events'
import type { Topics } from '@imchannel/events'
import { createKafkaClient } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { spawnService, uniqueName, uniqueNumber } from '@imchannel/testkit'
import type { ServiceProcess } from '@imchannel/testkit'

export type Kind = 'ingress' | 'dispatcher' | 'media-server'

/** One running process, of one build. */
export interface Instance {
  readonly kind: Kind
  readonly url: string
  /** Ends it as an orchestrator does, having taken it out of what is running first. */
  stop(): Promise<void>
  /** `kill -9` */
  kill(): Promise<void>
  output(): string
}

export interface FleetTenant {
  readonly id: string
  readonly number: string
  readonly apiKey: string
}

/** As many instances of each service as are wanted, of whatever build, on one Kafka and one Redis. */
export interface Fleet extends AsyncDisposable {
  readonly topics: Topics
  readonly client: KafkaClient
  readonly tenants: readonly [FleetTenant, FleetTenant]
  readonly mediaToken: string
  running(kind: Kind): readonly Instance[]
  /** Resolves once it is ready. `checkout`: the folder of its sources; this one without it. */
  start(kind: Kind, checkout?: string): Promise<Instance>
  /** Everything that every instance printed, those that ended too. */
  outputs(): string
}

export interface FleetOptions {
  brokers: readonly string[]
  redisUrl: string
  providerUrl: string
}

const PARTITIONS = 6
/**
 * Longer than a busy machine keeps a request from the one who reads it: until then Infobip's books know nothing of it, and
 * to send again would be right. What they know counts at once, so nobody waits for this.
 */
const UNKNOWN_AFTER_MS = 30_000

export async function openFleet({ brokers, redisUrl, providerUrl }: FleetOptions): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-fleet-'))
  const prefix = uniqueName('fleet')
  const mediaToken = uniqueName('media-token-0123456789')
  const tenants = [createTenant('well'), createTenant('ill')] as const
  const config = join(folder, 'imchannel.yaml')
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      kafka: { brokers },
      redis: { url: redisUrl },
      publicUrl: 'http://127.0.0.1:9',
      topics: { prefix, partitions: PARTITIONS },
      tenants: Object.fromEntries(
        tenants.map(({ id, number, apiKey }) => {
          const senders = [{ number, scenarioKey: 'scenario', messagesPerSecond: 1_000 }]
          const account = { baseUrl: providerUrl, apiKey, unknownAfterMs: UNKNOWN_AFTER_MS, senders }
          return [id, { webhookAuth: { type: 'none' }, mediaTokens: [mediaToken], accounts: [account] }]
        }),
      ),
    }),
  )
  const running = new Map<Instance, ServiceProcess>()
  const ended: string[] = []
  let started = 0

  async function leave(instance: Instance, how: 'stop' | 'kill'): Promise<void> {
    const service = running.get(instance)
    if (service === undefined) return
    running.delete(instance)
    await service[how]()
    ended.push(`--- ${instance.kind} at ${instance.url}, ended by ${how}\n${service.output()}`)
  }

  return {
    topics: topics(prefix),
    client: createKafkaClient({ brokers: [...brokers] }, { clientId: 'fleet', log: () => undefined }),
    tenants,
    mediaToken,
    running: (kind) => [...running.keys()].filter((instance) => instance.kind === kind),
    start: async (kind, checkout) => {
      // Of this version every second one has a name, beside those without, and beside other versions that know of none.
      const isNamed = checkout === undefined && ++started % 2 === 1
      const env = {
        IMCHANNEL_CONFIG: config,
        LOG_LEVEL: 'warn',
        ...(isNamed ? { KAFKA_INSTANCE_NAME: `${kind}-${started}` } : {}),
      }
      const service = await spawnService(kind, env, checkout === undefined ? {} : { checkout })
      const instance: Instance = {
        kind,
        url: service.url,
        stop: () => leave(instance, 'stop'),
        kill: () => leave(instance, 'kill'),
        output: () => service.output(),
      }
      running.set(instance, service)
      return instance
    },
    outputs: () =>
      [...ended, ...[...running].map(([{ kind, url }, one]) => `--- ${kind} at ${url}\n${one.output()}`)].join('\n'),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running.keys()].map((instance) => instance.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function createTenant(name: string): FleetTenant {
  return { id: uniqueName(name), number: uniqueNumber(), apiKey: uniqueName(`key-of-${name}`) }
}
