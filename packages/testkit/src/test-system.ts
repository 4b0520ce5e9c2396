import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@imchannel/local-stack'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { spawnService, type ServiceProcess } from './spawn-service.ts'
import { testStack } from './test-stack.ts'
import { uniqueName, uniqueNumber } from './unique-name.ts'

type Part = 'ingress' | 'dispatcher' | 'media-server' | 'console' | 'emulator' | 'echo-bot'

export interface TestSystemOptions {
  /** Which processes run; all but the bot and the console, which wants `settings.console`, without it. */
  readonly parts?: readonly Part[]
  /** Added to every process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Added to that of one kind of process. */
  readonly partEnv?: Partial<Readonly<Record<Part, Readonly<Record<string, string>>>>>
  /** Members of the emulator's configuration file. */
  readonly emulator?: Readonly<Record<string, unknown>>
  /** Members of the tenant's one account in imchannel.yaml. */
  readonly account?: Readonly<Record<string, unknown>>
  /** Further members of the tenant. */
  readonly tenantSettings?: Readonly<Record<string, unknown>>
  /** What the sender may send, here and there; Infobip's own 80 a second without it. */
  readonly messagesPerSecond?: number
  readonly brokers?: readonly string[]
  readonly redisUrl?: string
  /** A unique one without it. */
  readonly topicPrefix?: string
  /** Kafka as one process is to reach it, as imchannel.yaml has it; the brokers in plain text without it. */
  readonly kafkaOf?: (part: Part) => Readonly<Record<string, unknown>>
  /** The configuration's `redis`, where a URL does not say it all. */
  readonly redis?: Readonly<Record<string, unknown>>
  /** Further members of the configuration. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** The whole system as its users run it, a process each, apart from every other test by topic prefix, tenant and number. */
export interface TestSystem extends AsyncDisposable {
  readonly tenant: string
  readonly number: string
  readonly topicPrefix: string
  readonly brokers: readonly string[]
  readonly mediaToken: string
  /** The services' imchannel.yaml. */
  readonly configFile: string
  /** Every secret that the configuration holds, by its place there. */
  readonly secrets: Readonly<Record<'apiKey' | 'webhookPassword' | 'mediaToken' | 'mediaSecret', string>>
  readonly urls: Readonly<Record<'ingress' | 'dispatcher' | 'media-server' | 'console' | 'emulator', string>>
  process(part: Part): ServiceProcess
  /** Everything that every process has printed, for a test that failed. */
  outputs(): string
  /** Ends a process and starts it again on the same port. */
  restart(part: Part, how?: 'stop' | 'kill'): Promise<ServiceProcess>
  /** A customer writes, by the emulator's `POST /_emulator/inbound`. */
  customerWrites(message: Readonly<Record<string, unknown>>): Promise<void>
  /** The emulator's `POST /_emulator/{path}`. */
  tell(path: string, body: unknown): Promise<void>
  /** A bot writes commands: each a value (JSON unless it is bytes) with its headers, keyed by nothing, to the command topic unless it names another. */
  botSends(
    commands: readonly { value: unknown; headers?: Readonly<Record<string, string>>; topic?: string }[],
  ): Promise<void>
  /** The emulator's `GET /_emulator/{path}`. */
  ask<T>(path: string): Promise<T>
}

export async function startTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const parts = options.parts ?? ['emulator', 'media-server', 'ingress', 'dispatcher']
  const stack =
    options.brokers && options.redisUrl ? { brokers: options.brokers, redisUrl: options.redisUrl } : testStack()
  const tenant = uniqueName('t')
  const number = uniqueNumber()
  const topicPrefix = options.topicPrefix ?? uniqueName('im')
  const mediaToken = uniqueName('media-token')
  const ports = await portsOfParts()
  const url = (part: Part): string => `http://127.0.0.1:${ports[part]}`
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-system-'))
  // Images run as another user than the tests.
  await chmod(folder, 0o755)
  const scenarioKey = 'AAAAAAAAAAAAABC63903B684B3E46C5DD869'
  const webhookPassword = uniqueName('webhook-password')
  const apiKey = uniqueName('api-key')
  const mediaSecret = uniqueName('media-secret-0123456789abcdef')
  const { messagesPerSecond } = options
  const sender = { number, scenarioKey, ...(messagesPerSecond === undefined ? {} : { messagesPerSecond }) }

  const kafkaOf = options.kafkaOf ?? (() => ({ brokers: stack.brokers }))
  const configOf = (part: Part): string => join(folder, options.kafkaOf ? `${part}.yaml` : 'imchannel.yaml')
  // JSON is YAML.
  const textOf = (part: Part): string =>
    JSON.stringify({
      kafka: kafkaOf(part),
      redis: options.redis ?? { url: stack.redisUrl },
      publicUrl: url('media-server'),
      topics: { prefix: topicPrefix, outbound: [`${topicPrefix}.outbound`] },
      ...options.settings,
      tenants: {
        [tenant]: {
          webhookAuth: { type: 'basic', username: 'infobip', password: webhookPassword },
          mediaTokens: [mediaToken],
          mediaSecrets: [mediaSecret],
          accounts: [{ baseUrl: url('emulator'), apiKey, senders: [sender], ...options.account }],
          ...options.tenantSettings,
        },
      },
    })
  for (const part of parts) await writeFile(configOf(part), textOf(part))
  await writeFile(
    join(folder, 'emulator.json'),
    JSON.stringify({
      accounts: [{ id: tenant, apiKeys: [apiKey], senders: [sender] }],
      webhooks: {
        baseUrl: `${url('ingress')}/${tenant}/imchannel`,
        auth: { type: 'basic', username: 'infobip', password: webhookPassword },
      },
      ...options.emulator,
    }),
  )

  const processes = new Map<Part, ServiceProcess>()
  const start = async (part: Part): Promise<ServiceProcess> => {
    const service = await spawnService(part, {
      IMCHANNEL_CONFIG: configOf(part),
      EMULATOR_CONFIG: join(folder, 'emulator.json'),
      ...(options.kafkaOf ? {} : { KAFKA_BROKERS: stack.brokers.join(',') }),
      KAFKA_TOPIC_PARTITIONS: '3',
      TOPIC_PREFIX: topicPrefix,
      BOT_TENANT: tenant,
      ...options.env,
      ...options.partEnv?.[part],
      PORT: String(ports[part]),
      ...(part === 'echo-bot' ? { HEALTH_PORT: String(ports[part]) } : {}),
    })
    processes.set(part, service)
    return service
  }
  const process = (part: Part): ServiceProcess => {
    const service = processes.get(part)
    if (service === undefined) throw new Error(`${part} is no part of this test system: name it in parts`)
    return service
  }
  const kafka = new Kafka({ clientId: 'bot', brokers: [...stack.brokers], logLevel: logLevel.NOTHING })
  let producer: Promise<Producer> | undefined
  const stopAll = async (): Promise<void> => {
    const opened = await producer?.catch(() => undefined)
    await Promise.all([opened?.disconnect(), ...[...processes.values()].map((service) => service.stop())])
    await rm(folder, { recursive: true, force: true })
  }

  async function tell(path: string, body: unknown): Promise<void> {
    const answer = await fetch(`${url('emulator')}/_emulator/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`the emulator refused ${path}: ${answer.status} ${await answer.text()}`)
  }

  try {
    await Promise.all(parts.map(start))
  } catch (error) {
    await stopAll()
    throw error
  }

  return {
    tenant,
    number,
    topicPrefix,
    brokers: stack.brokers,
    mediaToken,
    configFile: configOf('ingress'),
    secrets: { apiKey, webhookPassword, mediaToken, mediaSecret },
    urls: {
      ingress: url('ingress'),
      dispatcher: url('dispatcher'),
      'media-server': url('media-server'),
      console: url('console'),
      emulator: url('emulator'),
    },
    process,
    outputs: () => [...processes].map(([part, service]) => `--- ${part}\n${service.output()}`).join('\n'),
    async restart(part, how = 'stop') {
      await (how === 'kill' ? process(part).kill() : process(part).stop())
      return start(part)
    },
    customerWrites: (message) => tell('inbound', { to: number, ...message }),
    tell,
    async botSends(commands) {
      producer ??= connectProducer(kafka)
      const topicMessages = commands.map(({ value, headers, topic = `${topicPrefix}.outbound` }) => ({
        topic,
        messages: [
          {
            value: Buffer.isBuffer(value) ? value : JSON.stringify(value),
            ...(headers === undefined ? {} : { headers }),
          },
        ],
      }))
      await (await producer).sendBatch({ topicMessages })
    },
    async ask<T>(path: string) {
      const answer = await fetch(`${url('emulator')}/_emulator/${path}`)
      if (!answer.ok) throw new Error(`the emulator answered ${answer.status} to ${path}`)
      // The emulator's own answer, whose shape the caller knows.
      return (await answer.json()) as T
    },
    [Symbol.asyncDispose]: stopAll,
  }
}

/** A free port for each part, whether it runs or not. */
async function portsOfParts(): Promise<Record<Part, number>> {
  const [ingress = 0, dispatcher = 0, mediaServer = 0, operators = 0, emulator = 0, bot = 0] = await freePorts(6)
  return { ingress, dispatcher, 'media-server': mediaServer, console: operators, emulator, 'echo-bot': bot }
}

async function connectProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  await producer.connect()
  return producer
}
