import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConfig } from '@imchannel/config'
import { createLogger } from '@imchannel/logging'
import { startTelemetry, type Telemetry } from '@imchannel/telemetry'
import { observe, testStack, waitUntil, watchSecretsOf } from '@imchannel/testkit'
import { createIngress } from '../../src/service.ts'

let telemetry: Promise<Telemetry> | undefined

export interface TestIngress extends AsyncDisposable {
  readonly url: string
  /** All lines so far. */
  readonly lines: string[]
  readonly configFile: string
  metrics(): Promise<string>
  stop(): Promise<void>
}

export interface IngressSettings {
  /** Of topics; unique to the test file. */
  readonly prefix: string
  readonly tenants?: Readonly<Record<string, unknown>>
  readonly brokers?: readonly string[]
  readonly redisUrl?: string
  readonly more?: Readonly<Record<string, unknown>> & { readonly limits?: Readonly<Record<string, unknown>> }
  /** Default: far beyond what a busy machine needs, so that a repeat is always told from a new webhook. */
  readonly redisTimeoutMs?: number
  /** False where Kafka is not there to be waited for. */
  readonly ready?: boolean
}

export const sender = '447860099299'
const password = 'open sesame: ü'
export const authorization = `Basic ${Buffer.from(`infobip:${password}`).toString('base64')}`

/** A tenant with one account, whose webhooks come with basic credentials. */
export function tenant(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    webhookAuth: { type: 'basic', username: 'infobip', password },
    accounts: [
      {
        baseUrl: 'https://xxxx.api.infobip.com',
        apiKey: 'key-of-account',
        senders: [{ number: sender, scenarioKey: 'S' }],
      },
    ],
    ...more,
  }
}

/** The configuration file of such settings, in a folder of its own. */
export async function writeConfig(settings: IngressSettings): Promise<{ file: string; remove: () => Promise<void> }> {
  const stack = testStack()
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-ingress-'))
  const file = join(folder, 'imchannel.yaml')
  const { brokers = stack.brokers, redisUrl = stack.redisUrl, tenants = { acme: tenant() }, prefix, more } = settings
  const content = {
    kafka: { brokers },
    redis: { url: redisUrl },
    publicUrl: 'https://chat.example.com',
    topics: { prefix, partitions: 1 },
    tenants,
    host: '127.0.0.1',
    ...more,
    // Far beyond what a busy machine needs; tests of the deadline set one.
    limits: { webhookDeadline: '30s', ...more?.limits },
  }
  // YAML is a superset of JSON.
  await writeFile(file, JSON.stringify(content))
  return { file, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The real service in this process, on a free port. */
export async function startIngress(settings: IngressSettings): Promise<TestIngress> {
  const { file, remove } = await writeConfig({ ...settings, more: { port: 0, ...settings.more } })
  const lines: string[] = []
  const log = createLogger({
    service: 'ingress',
    format: 'classic',
    level: 'info',
    privacy: 'none',
    write: (line) => lines.push(line),
  })
  telemetry ??= startTelemetry({ service: 'ingress', env: process.env })
  const running = await telemetry
  const config = openConfig({
    env: { IMCHANNEL_CONFIG: file },
    log: (level, text) => log[level]({ fn: 'config' }, text),
    pollMs: 50,
  })
  const ingress = createIngress({ config, log, telemetry: running, redisTimeoutMs: settings.redisTimeoutMs ?? 30_000 })
  const started = ingress.start()
  if (settings.ready === false) {
    started.catch(() => 'stopped while it waited for Kafka')
    await waitUntil(() => lines.some((line) => line.includes('listens on')))
  } else await started
  watchSecretsOf(file)
  const stop = async (): Promise<void> => {
    await ingress.stop()
    watchSecretsOf(file)
    observe('stdout and stderr', lines.join('\n'))
    observe('metrics', await running.metricsText())
    await remove()
  }
  return {
    url: ingress.url(),
    lines,
    configFile: file,
    metrics: () => running.metricsText(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
