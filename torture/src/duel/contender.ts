import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { topics } from '@imchannel/events'
import { checkout, freePorts, nodeArguments, nodeEnvironment, spawnManaged } from '@imchannel/local-stack'
import type { ManagedChild } from '@imchannel/local-stack'
import { startProvider } from '../fleet/provider.ts'
import type { Provider } from '../fleet/provider.ts'

export type ContenderName = 'imchannel' | 'naive'
/** What can be killed of each. */
export type Part = 'ingress' | 'dispatcher'

export const TENANT = 'acme'
export const NUMBER = '447860099299'

/** A gateway under test: its processes, its topics, and an Infobip of its own. */
export interface Contender extends AsyncDisposable {
  readonly name: ContenderName
  readonly inbound: string
  readonly outbound: string
  readonly ingressUrl: string
  readonly provider: Provider
  /** Starts both parts; one that ends without being killed is started again. */
  start(): Promise<void>
  /** `kill -9`, and the start again after so long. */
  kill(part: Part, downMs: number): Promise<void>
}

export interface ContenderOptions {
  readonly folder: string
  readonly brokers: readonly string[]
  readonly redisUrl: string
  /** What makes another build of ours (builds.ts). */
  readonly buildEnv?: Readonly<Record<string, string>>
}

interface Program {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const AGAIN_MS = 1_000
const KEY = 'demo-api-key'
/** Longer than this machine keeps an answer from who reads it. */
const UNKNOWN_AFTER_MS = 15_000

export function imchannel(options: ContenderOptions): Promise<Contender> {
  return contender('imchannel', options, async (prefix, provider, ports) => {
    const config = join(options.folder, `${prefix}.yaml`)
    const senders = [{ number: NUMBER, scenarioKey: 'scenario', messagesPerSecond: 1_000 }]
    const account = { baseUrl: provider.url, apiKey: KEY, unknownAfterMs: UNKNOWN_AFTER_MS, senders }
    // JSON is YAML.
    const text = JSON.stringify({
      kafka: { brokers: options.brokers },
      redis: { url: options.redisUrl },
      publicUrl: 'http://127.0.0.1:9',
      topics: { prefix, partitions: 6 },
      tenants: { [TENANT]: { webhookAuth: { type: 'none' }, accounts: [account] } },
    })
    await writeFile(config, text, { mode: 0o600 })
    const programOf = (part: Part): Program => ({
      args: nodeArguments(part),
      env: {
        ...nodeEnvironment(part),
        ...options.buildEnv,
        IMCHANNEL_CONFIG: config,
        LOG_LEVEL: 'error',
        PORT: String(ports[part]),
      },
    })
    return { ingress: programOf('ingress'), dispatcher: programOf('dispatcher') }
  })
}

/** The gateway that a team writes in an afternoon: bench/peers/naive, to the letter. */
export function naive(options: ContenderOptions): Promise<Contender> {
  return contender('naive', options, async (prefix, provider, ports) => {
    const programOf = (part: Part): Program => ({
      args: [`bench/peers/naive/${part}.mjs`],
      env: {
        PREFIX: prefix,
        PROVIDER: provider.url,
        KAFKA_BROKERS: options.brokers.join(','),
        PORT: String(ports[part]),
        KAFKAJS_NO_PARTITIONER_WARNING: '1',
      },
    })
    return { ingress: programOf('ingress'), dispatcher: programOf('dispatcher') }
  })
}

async function contender(
  name: ContenderName,
  { folder }: ContenderOptions,
  programsOf: (prefix: string, provider: Provider, ports: Record<Part, number>) => Promise<Record<Part, Program>>,
): Promise<Contender> {
  await mkdir(folder, { recursive: true })
  const provider = await startProvider(() => undefined)
  const [ingress = 0, dispatcher = 0] = await freePorts(2)
  const { inbound, outbound } = topics(name)
  const programs = await programsOf(name, provider, { ingress, dispatcher })
  const running = new Map<Part, ManagedChild>()
  const down = new Map<Part, number>()
  const over = new AbortController()

  /** As whatever runs processes in production does. */
  async function keep(part: Part): Promise<void> {
    const { args, env } = programs[part]
    while (!over.signal.aborted) {
      const child = await spawnManaged(process.execPath, args, {
        cwd: checkout,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
        output: { file: join(folder, `${name}-${part}.log`) },
      })
      running.set(part, child)
      // The end may have come while it started.
      if (over.signal.aborted) await child.kill()
      await child.exited
      const pauseMs = down.get(part) ?? AGAIN_MS
      down.delete(part)
      await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
    }
  }

  return {
    name,
    inbound,
    outbound,
    ingressUrl: `http://127.0.0.1:${ingress}`,
    provider,
    start: async () => {
      void keep('ingress')
      void keep('dispatcher')
    },
    kill: async (part, downMs) => {
      down.set(part, downMs)
      await running.get(part)?.kill()
    },
    [Symbol.asyncDispose]: async () => {
      over.abort()
      await Promise.all([...running.values()].map((child) => child.kill()))
      await provider[Symbol.asyncDispose]()
    },
  }
}
