import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConfig } from '@imchannel/config'
import { createKafkaClient } from '@imchannel/kafka'
import { createLogger } from '@imchannel/logging'
import { createRedis } from '@imchannel/redis'
import { startTelemetry, type Telemetry } from '@imchannel/telemetry'
import { observe, testStack, uniqueName, watchSecretsOf } from '@imchannel/testkit'
import { mediaRedisOf } from '../src/config.ts'
import { createMediaServer } from '../src/service.ts'

export interface RunningMediaServer extends AsyncDisposable {
  readonly url: string
  readonly tenant: string
  readonly topicPrefix: string
  /** What it has logged so far. */
  readonly lines: readonly string[]
  /** `{url}/{tenant}/imchannel/{path}` */
  path(path: string): string
  upload(bytes: Uint8Array, contentType: string, query?: string): Promise<Uploaded>
  stop(): Promise<void>
}

export interface Uploaded {
  readonly id: string
  readonly url: string
  readonly contentType: string
  readonly size: number
  readonly sha256: string
  readonly filename: string | null
  readonly expiresAt: string
}

export interface StartOptions {
  /** Further top-level settings, as JSON of the configuration file. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly tenantSettings?: Readonly<Record<string, unknown>>
  readonly redisUrl?: string
  /** One of its own unless two servers are to share it. */
  readonly tenant?: string
  readonly brokers?: readonly string[]
  readonly logFormat?: 'classic' | 'json'
  /** Default: far beyond what a busy machine needs. */
  readonly redisTimeoutMs?: number
  /** Memory that it takes for what it may use. */
  readonly usableBytes?: number | undefined
}

export const MEDIA_TOKEN = 'token-of-the-bot'
export const MEDIA_SECRET = 'secret-of-the-links'

/** One a process, as in a service. */
let telemetry: Promise<Telemetry> | undefined

/** The real service in this process, on a free port, for a tenant of its own. */
export async function startMediaServer(options: StartOptions = {}): Promise<RunningMediaServer> {
  const stack = testStack()
  const tenant = options.tenant ?? uniqueName('acme')
  const topicPrefix = uniqueName('im')
  const dir = await mkdtemp(join(tmpdir(), 'imchannel-media-'))
  const file = join(dir, 'imchannel.yaml')
  const settings = {
    kafka: { brokers: options.brokers ?? stack.brokers },
    redis: { url: options.redisUrl ?? stack.redisUrl },
    publicUrl: 'https://chat.example.com',
    topics: { prefix: topicPrefix },
    port: 0,
    host: '127.0.0.1',
    mediaBudget: '100GB',
    tenants: {
      [tenant]: {
        webhookAuth: { type: 'none' },
        mediaTokens: ['another-token', MEDIA_TOKEN],
        mediaSecrets: [MEDIA_SECRET],
        accounts: [],
        ...options.tenantSettings,
      },
    },
    ...options.settings,
  }
  await writeFile(file, JSON.stringify(settings))
  const lines: string[] = []
  const log = createLogger({
    service: 'media-server',
    format: options.logFormat ?? 'classic',
    level: 'info',
    privacy: 'none',
    write: (line) => lines.push(line),
  })
  const config = openConfig({
    env: { IMCHANNEL_CONFIG: file },
    log: (level, line) => log[level]({ fn: 'config' }, line),
  })
  const redis = createRedis(mediaRedisOf(config.current()), {
    name: 'media-server-test',
    commandTimeoutMs: options.redisTimeoutMs ?? 30_000,
    onError: () => {},
  })
  const kafka = createKafkaClient(config.current().kafka, { clientId: 'media-server-test' })
  telemetry ??= startTelemetry({ service: 'media-server', env: process.env })
  const started = await telemetry
  const metricsText = (): Promise<string> => started.metricsText()
  const server = createMediaServer({ config, log, redis, kafka, metricsText, usableBytes: options.usableBytes })
  await server.start()
  const url = server.url()

  watchSecretsOf(file)
  const stop = async (): Promise<void> => {
    await server.stop()
    observe('stdout and stderr', lines.join('\n'))
    observe('metrics', await metricsText())
    await rm(dir, { recursive: true, force: true })
  }
  return {
    url,
    tenant,
    topicPrefix,
    lines,
    path: (path) => `${url}/${tenant}/imchannel/${path}`,
    async upload(bytes, contentType, query = '') {
      const response = await fetch(`${url}/${tenant}/imchannel/media${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MEDIA_TOKEN}`, 'content-type': contentType },
        // A copy in a buffer of its own: what fetch's types ask for.
        body: new Uint8Array(bytes),
      })
      const text = await response.text()
      if (response.status !== 201) throw new Error(`${response.status} ${text}`)
      return JSON.parse(text) as Uploaded // the service's own answer; the tests are what checks it
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
