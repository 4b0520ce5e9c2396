import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, startRedis } from '@imchannel/local-stack'
import { fuzzReport, isClean } from './fuzz-verdict.ts'
import { runFuzz } from './run-fuzz.ts'

/** A fuzz run on a Kafka and a Redis of its own; true when nothing was wrong. */
export async function fuzz(options: {
  readonly requests: number
  readonly seed: number
  readonly say: (line: string) => void
}): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-fuzz-'))
  const [kafka, redis] = await Promise.all([
    startKafka({ dataDir: join(folder, 'kafka') }),
    startRedis({ dataDir: join(folder, 'redis') }),
  ])
  try {
    const startedAt = performance.now()
    const verdict = await runFuzz({ ...options, brokers: kafka.brokers, redisUrl: redis.url, prefix: 'fuzz' })
    options.say(fuzzReport(verdict))
    options.say(`${options.requests} requests in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
    return isClean(verdict)
  } finally {
    await Promise.all([kafka.kill(), redis.kill()])
    await rm(folder, { recursive: true, force: true })
  }
}
