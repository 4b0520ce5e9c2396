import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConfig } from '@imchannel/config'
import { decodeEvent, topics } from '@imchannel/events'
import type { CommandInput, MessageOutcome, Topics } from '@imchannel/events'
import { createKafkaClient, createOrderedConsumer, createProducer, ensureTopics } from '@imchannel/kafka'
import type { IncomingRecord, KafkaClient, OutgoingRecord, Producer, TopicSpec } from '@imchannel/kafka'
import { createLogger } from '@imchannel/logging'
import { startTelemetry, type Telemetry } from '@imchannel/telemetry'
import {
  observe,
  spawnService,
  testStack,
  uniqueName,
  uniqueNumber,
  waitUntil,
  watchSecretsOf,
} from '@imchannel/testkit'
import type { ServiceProcess } from '@imchannel/testkit'
import { createDispatcher } from '../../src/service.ts'
import type { DispatcherOptions } from '../../src/service.ts'

/** An outcome event as it came. */
export interface Outcome extends MessageOutcome {
  how: 'accepted' | 'rejected' | 'expired'
  id: string
  key: string
}

export interface StageOptions {
  brokers?: string[]
  redisUrl?: string
  /** Partitions of the topics that are made. */
  partitions?: number
  /** What the topic of outcomes takes; 8 MiB otherwise, as all of them do. */
  statusBytes?: number
  /** Settings of the command topic beside its size. */
  outboundConfig?: Record<string, string>
  /** The same of the topic of dead letters. */
  deadLetterBytes?: number
  /** YAML below a tenant's account, indented by nothing. */
  account?: Record<string, unknown>
  sender?: Record<string, unknown>
  /** Tenants by name, each with the URL of its Infobip. */
  tenants: Record<string, string>
  settings?: Record<string, unknown>
}

/** Topics, tenants and a configuration of their own for one test, and everything that comes out of them. */
export interface Stage extends AsyncDisposable {
  readonly topics: Topics
  readonly client: KafkaClient
  readonly producer: Producer
  readonly env: Record<string, string>
  /** Name and number of a tenant, as unique as the stage. */
  tenant(name: string): { id: string; number: string }
  /** A command that sends a text. */
  text(tenant: string, over?: { id?: string; to?: string; text?: string } & Record<string, unknown>): CommandInput
  send(commands: unknown[], record?: Partial<OutgoingRecord>): Promise<void>
  /** Rewrites the configuration file. */
  configure(change: (config: ConfigFile) => void): void
  /** A dispatcher in this process. */
  start(
    adapt?: DispatcherOptions['adapt'],
    more?: Pick<DispatcherOptions, 'readEveryMs'>,
  ): Promise<{ logs: string[]; url: string; stop(): Promise<void> }>
  /** A dispatcher in a process of its own. */
  spawn(env?: Record<string, string>): Promise<ServiceProcess>
  outcomes(): Outcome[]
  deadLetters(): IncomingRecord[]
  /** The outcomes of these commands once there is one of each. */
  outcomesOf(ids: readonly string[], timeoutMs?: number): Promise<Outcome[]>
}

export interface ConfigFile {
  kafka: { brokers: string[] }
  redis: { url: string }
  publicUrl: string
  topics: { prefix: string; outbound?: unknown[]; partitions: number }
  tenants: Record<string, { webhookAuth: unknown; accounts: AccountFile[] }>
  [setting: string]: unknown
}

interface AccountFile {
  baseUrl: string
  apiKey: string
  senders: { number: string; [setting: string]: unknown }[]
  [setting: string]: unknown
}

/** One a process, as in a service. */
let telemetry: Promise<Telemetry> | undefined

export async function setStage(options: StageOptions): Promise<Stage> {
  const stack = testStack()
  const brokers = options.brokers ?? stack.brokers
  const redisUrl = options.redisUrl ?? stack.redisUrl
  const prefix = uniqueName('d')
  const names = topics(prefix)
  const folder = mkdtempSync(join(tmpdir(), 'dispatcher-'))
  const path = join(folder, 'imchannel.yaml')
  const tenants = new Map(
    Object.keys(options.tenants).map((name) => [name, { id: uniqueName(name), number: uniqueNumber() }]),
  )
  const config: ConfigFile = {
    kafka: { brokers },
    redis: { url: redisUrl },
    publicUrl: 'http://127.0.0.1:3003',
    topics: { prefix, partitions: options.partitions ?? 1 },
    tenants: Object.fromEntries(
      [...tenants].map(([name, { id, number }]) => [
        id,
        {
          webhookAuth: { type: 'none' },
          accounts: [
            {
              baseUrl: options.tenants[name] ?? '',
              apiKey: `key-of-${id}`,
              unknownAfterMs: 3_000,
              ...options.account,
              senders: [{ number, scenarioKey: `scenario-of-${id}`, messagesPerSecond: 1_000, ...options.sender }],
            },
          ],
        },
      ]),
    ),
    ...options.settings,
  }
  const write = (): void => {
    writeFileSync(path, JSON.stringify(config))
    watchSecretsOf(path)
  }
  write()

  const client = createKafkaClient({ brokers }, { clientId: 'stage' })
  const producer = createProducer(client, { lingerMs: 0 })
  const spec = (name: string, bytes = 8 * 1024 * 1024, more: Record<string, string> = {}): TopicSpec => ({
    name,
    partitions: options.partitions ?? 1,
    replication: 1,
    config: { 'max.message.bytes': String(bytes), ...more },
  })
  await ensureTopics(client, [
    spec(names.outbound, undefined, options.outboundConfig),
    spec(names.status, options.statusBytes),
    spec(names.deadletter, options.deadLetterBytes),
  ])
  const outcomes: Outcome[] = []
  const deadLetters: IncomingRecord[] = []
  const reader = createOrderedConsumer(client, {
    groupId: uniqueName('stage'),
    topics: [names.status, names.deadletter],
    laneOf: ({ topic, partition }) => `${topic} ${partition}`,
    handle: async (record) => {
      if (record.topic === names.deadletter) deadLetters.push(record)
      else outcomes.push(readOutcome(record))
      return { kind: 'done' }
    },
  })
  reader.start()
  const env = { IMCHANNEL_CONFIG: path, LOG_PRIVACY: 'none' }
  const running = new Set<{ stop(): Promise<unknown> }>()

  const stage: Stage = {
    topics: names,
    client,
    producer,
    env,
    tenant: (name) => tenants.get(name) ?? unknownTenant(name),
    text: (name, { text = 'hello', ...over } = {}) => {
      const { id: tenant, number: from } = stage.tenant(name)
      return { id: uniqueName('command'), tenant, from, to: uniqueNumber(), content: { type: 'text', text }, ...over }
    },
    send: async (commands, record = {}) => {
      for (let first = 0; first < commands.length; first += 1_000) {
        const records = commands.slice(first, first + 1_000).map((command) => ({
          topic: names.outbound,
          key: 'one key, one partition',
          value: Buffer.isBuffer(command) || typeof command === 'string' ? command : JSON.stringify(command),
          ...record,
        }))
        const failed = (await producer.publish(records)).find((result) => result.kind !== 'stored')
        if (failed !== undefined) throw new Error(`a command was not stored: ${JSON.stringify(failed)}`)
      }
    },
    configure: (change) => {
      change(config)
      write()
    },
    start: async (adapt, more = {}) => {
      const logs: string[] = []
      const log = createLogger({
        service: 'dispatcher',
        format: 'classic',
        level: 'info',
        privacy: 'none',
        write: (text) => logs.push(text),
      })
      const source = openConfig({
        env: { ...env, PORT: '0' },
        log: (level, text) => logs.push(`${level} ${text}`),
        pollMs: 100,
      })
      telemetry ??= startTelemetry({ service: 'dispatcher', env: process.env })
      const started = await telemetry
      const metrics = (): Promise<string> => started.metricsText()
      const dispatcher = createDispatcher({
        config: source,
        log,
        metrics,
        ...more,
        ...(adapt === undefined ? {} : { adapt }),
      })
      const handle = {
        logs,
        get url() {
          return dispatcher.adminUrl()
        },
        stop: async () => {
          running.delete(handle)
          await dispatcher.stop()
          await source.close()
          observe('stdout and stderr', logs.join('\n'))
          observe('metrics', await metrics())
        },
      }
      running.add(handle)
      await dispatcher.start()
      return handle
    },
    spawn: async (more = {}) => {
      const service = await spawnService('dispatcher', { ...env, ...more })
      running.add(service)
      return service
    },
    outcomes: () => outcomes,
    deadLetters: () => deadLetters,
    outcomesOf: async (ids, timeoutMs = 150_000) => {
      const wanted = new Set(ids)
      const found = () => outcomes.filter((outcome) => wanted.has(outcome.commandId))
      await waitUntil(() => new Set(found().map((outcome) => outcome.commandId)).size === wanted.size, {
        timeoutMs,
        what: `outcomes of ${wanted.size} commands (${found().length} so far)`,
      })
      return found()
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map((one) => one.stop()))
      await reader.stop({ drainMs: 0 })
      await producer.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return stage
}

function unknownTenant(name: string): never {
  throw new Error(`the stage has no tenant ${name}`)
}

function readOutcome(record: IncomingRecord): Outcome {
  const decoded = decodeEvent(record)
  if (decoded.outcome !== 'event') throw new Error(`not an event: ${JSON.stringify(decoded)}`)
  const [, how] = /^imchannel\.message\.(accepted|rejected|expired)\.v1$/.exec(decoded.event.type) ?? []
  // `as`: the expression has just named the three, and their data is an outcome.
  return {
    ...(decoded.event.data as MessageOutcome),
    how: how as Outcome['how'],
    id: decoded.event.id,
    key: decoded.event.key,
  }
}
