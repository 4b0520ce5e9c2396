import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, startRedis } from '@imchannel/local-stack'
import type { TestProject } from 'vitest/node'
import { stackKind } from './stack-kind.ts'

/**
 * One Kafka and one Redis for the whole run: those of KAFKA_BROKERS and REDIS_URL, else fresh ones that go with it, of this
 * checkout or of the images of docker-compose.yml (`TEST_STACK=containers`).
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (stackKind() === 'containers') return setupContainers(project)
  const { KAFKA_BROKERS, REDIS_URL } = process.env
  const dir = await mkdtemp(join(tmpdir(), 'imchannel-test-'))
  const redis = REDIS_URL ? undefined : await startRedis({ dataDir: join(dir, 'redis'), onProgress })
  const kafka = KAFKA_BROKERS ? undefined : await startKafka({ dataDir: join(dir, 'kafka'), onProgress })
  project.provide('kafkaBrokers', KAFKA_BROKERS || (kafka?.brokers.join(',') ?? ''))
  project.provide('redisUrl', REDIS_URL || (redis?.url ?? ''))
  return async () => {
    await Promise.all([kafka?.stop(), redis?.kill()])
    await rm(dir, { recursive: true, force: true })
  }
}

async function setupContainers(project: TestProject): Promise<() => Promise<void>> {
  const { startKafkaContainer } = await import('./containers/start-kafka-container.ts')
  const { startRedisContainer } = await import('./containers/start-redis-container.ts')
  const redis = await startRedisContainer()
  const kafka = await startKafkaContainer().catch(async (error: unknown) => {
    await redis.stop()
    throw error
  })
  project.provide('kafkaBrokers', kafka.brokers.join(','))
  project.provide('redisUrl', redis.url)
  return async () => {
    await Promise.all([kafka.stop(), redis.stop()])
  }
}

function onProgress(line: string): void {
  process.stderr.write(`${line}\n`)
}
