import { appendFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, startRedis } from '@imchannel/local-stack'
import type { TestProject } from 'vitest/node'
import { LEAK_WATCH_ENDPOINT, LEAK_WATCH_FOLDER, observe } from './secrets/leak-watch.ts'
import { type RunFindings, searchRun } from './secrets/search-run.ts'
import { stackKind } from './stack-kind.ts'
import { startOtlpReceiver } from './start-otlp-receiver.ts'

interface Servers {
  brokers: string
  redisUrl: string
  /** Where Kafka keeps its data, if that can be read from here. */
  kafkaDir: string | undefined
  stop(): Promise<void>
}

/**
 * One Kafka and one Redis for the whole run: those of KAFKA_BROKERS (whose data are in KAFKA_DATA_DIR, if it is said) and
 * REDIS_URL, else fresh ones that go with it, of this checkout or of the images of docker-compose.yml
 * (`TEST_STACK=containers`). At the end everything that the run's services have let out is searched for their secrets; one
 * that is found fails the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'imchannel-test-'))
  const servers = await (stackKind() === 'containers' ? startContainers() : startLocally(dir))
  project.provide('kafkaBrokers', servers.brokers)
  project.provide('kafkaDir', servers.kafkaDir ?? '')
  project.provide('redisUrl', servers.redisUrl)
  const receiver = await startOtlpReceiver()
  const folder = join(dir, 'let-out')
  await mkdir(folder)
  // Test processes have the environment of this one.
  process.env[LEAK_WATCH_FOLDER] = folder
  process.env[LEAK_WATCH_ENDPOINT] = receiver.endpoint
  return async () => {
    await Promise.all([servers.stop(), receiver[Symbol.asyncDispose]()])
    observe('spans', Buffer.concat(receiver.received))
    const findings = searchRun({ folder, kafkaDir: servers.kafkaDir })
    await rm(dir, { recursive: true, force: true })
    report(findings)
  }
}

async function startLocally(dir: string): Promise<Servers> {
  const { KAFKA_BROKERS, KAFKA_DATA_DIR, REDIS_URL } = process.env
  const redis = REDIS_URL ? undefined : await startRedis({ dataDir: join(dir, 'redis'), onProgress: say })
  const kafka = KAFKA_BROKERS ? undefined : await startKafka({ dataDir: join(dir, 'kafka'), onProgress: say })
  return {
    brokers: KAFKA_BROKERS || (kafka?.brokers.join(',') ?? ''),
    redisUrl: REDIS_URL || (redis?.url ?? ''),
    kafkaDir: KAFKA_BROKERS ? KAFKA_DATA_DIR : join(dir, 'kafka'),
    stop: async () => {
      await Promise.all([kafka?.stop(), redis?.kill()])
    },
  }
}

async function startContainers(): Promise<Servers> {
  const { startKafkaContainer } = await import('./containers/start-kafka-container.ts')
  const { startRedisContainer } = await import('./containers/start-redis-container.ts')
  const redis = await startRedisContainer()
  const kafka = await startKafkaContainer().catch(async (error: unknown) => {
    await redis.stop()
    throw error
  })
  return {
    brokers: kafka.brokers.join(','),
    redisUrl: redis.url,
    kafkaDir: undefined,
    stop: async () => {
      await Promise.all([kafka.stop(), redis.stop()])
    },
  }
}

function report({ problems, secrets, bytes }: RunFindings): void {
  const places = Object.entries(bytes).map(([place, count]) => `${place} ${(count / 1024).toFixed(0)} KiB`)
  say(`searched for ${secrets} secrets of configurations in ${places.join(', ')}`)
  if (problems.length === 0) return
  const message = `secrets were let out:\n${problems.join('\n')}`
  // A second try of some of the files must not hide it.
  if (process.env['TEST_PROBLEMS']) appendFileSync(process.env['TEST_PROBLEMS'], `${message}\n`)
  throw new Error(message)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
