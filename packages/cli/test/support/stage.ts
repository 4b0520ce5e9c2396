import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Topics, topics as topicsOf } from '@imchannel/events'
import {
  createKafkaClient,
  createProducer,
  ensureTopics,
  type KafkaClient,
  type OutgoingRecord,
} from '@imchannel/kafka'
import { createLedger, type Ledger } from '@imchannel/ledger'
import { createRedis, type RedisClient } from '@imchannel/redis'
import { testStack, uniqueName, uniqueNumber } from '@imchannel/testkit'
import { callCli, type CliOutcome } from './call-cli.ts'

/** A tenant with topics of its own on the shared Kafka and Redis, and the command line pointed at them. */
export interface Stage extends AsyncDisposable {
  readonly tenant: string
  readonly number: string
  readonly topics: Topics
  readonly kafka: KafkaClient
  readonly redis: RedisClient
  readonly ledger: Ledger
  readonly configFile: string
  write(...records: OutgoingRecord[]): Promise<void>
  cli(...args: string[]): Promise<CliOutcome>
}

export interface StageOptions {
  readonly publicUrl?: string
  readonly tenant?: Readonly<Record<string, unknown>>
  readonly account?: Readonly<Record<string, unknown>>
  /** Members of the configuration itself. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly partitions?: number
}

export async function createStage(options: StageOptions = {}): Promise<Stage> {
  const { brokers, redisUrl } = testStack()
  const [prefix, tenant, number] = [uniqueName('cli'), uniqueName('t'), uniqueNumber()]
  const topics = topicsOf(prefix)
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-cli-'))
  const configFile = join(folder, 'imchannel.yaml')
  await writeFile(
    configFile,
    JSON.stringify({
      kafka: { brokers },
      redis: { url: redisUrl },
      publicUrl: options.publicUrl ?? 'http://127.0.0.1:9',
      topics: { prefix },
      tenants: {
        [tenant]: {
          webhookAuth: { type: 'basic', username: 'infobip', password: 'canary-webhook-password' },
          mediaTokens: ['canary-media-token'],
          accounts: [
            {
              baseUrl: 'http://127.0.0.1:9',
              apiKey: 'canary-api-key',
              senders: [{ number, scenarioKey: 'S1' }],
              ...options.account,
            },
          ],
          ...options.tenant,
        },
      },
      ...options.config,
    }),
  )
  const kafka = createKafkaClient({ brokers }, { clientId: 'cli-test' })
  const redis = createRedis({ url: redisUrl }, { name: 'cli-test', onError: () => undefined })
  const { partitions = 2 } = options
  await ensureTopics(
    kafka,
    [topics.inbound, topics.status, topics.unrecognised, topics.outbound, topics.deadletter].map((name) => ({
      name,
      partitions,
      replication: 1,
    })),
  )
  const producer = createProducer(kafka)

  return {
    tenant,
    number,
    topics,
    kafka,
    redis,
    ledger: createLedger(redis, { memoryMs: 7 * 86_400_000 }),
    configFile,
    write: async (...records) => {
      const results = await producer.publish(records)
      const failed = results.find(({ kind }) => kind !== 'stored')
      if (failed !== undefined) throw new Error(`a record was not stored: ${JSON.stringify(failed)}`)
    },
    cli: (...args) => callCli(['--config', configFile, ...args]),
    [Symbol.asyncDispose]: async () => {
      await producer.close()
      redis.disconnect()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
