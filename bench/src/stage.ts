import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, startRedis } from '@imchannel/local-stack'
import { createRedis } from '@imchannel/redis'
import { cpuMicrosOf } from './process-figures.ts'

/** One Kafka and one Redis for all contenders of a run: what they have is the same. */
export interface Stage extends AsyncDisposable {
  readonly brokers: readonly string[]
  readonly redisUrl: string
  /** CPU so far of what is beside the contender: this process, which makes the load, Kafka and Redis, in microseconds. */
  cpuMicros(): Readonly<Record<'generator' | 'kafka' | 'redis', number>>
  /** Keeps this process with what it starts from now on, Kafka and Redis to these cores. @returns what ends it */
  pin(cores: string): () => void
  /** Forgets what earlier workloads had remembered: claims of millions of webhooks fill it. Nothing may run meanwhile. */
  emptyRedis(): Promise<void>
  /** For configurations and logs; gone at the end. */
  readonly folder: string
}

export async function startStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-bench-'))
  const [kafka, redis] = await Promise.all([
    // 1 GiB: the broker must not be what is measured.
    startKafka({ dataDir: join(folder, 'kafka'), heapMb: 1024 }),
    startRedis({ dataDir: join(folder, 'redis') }),
  ])
  const pids = [process.pid, kafka.pid, redis.pid]
  const client = createRedis({ url: redis.url }, { name: 'bench', onError: () => undefined })
  return {
    brokers: kafka.brokers,
    redisUrl: redis.url,
    cpuMicros: () => ({
      generator: cpuMicrosOf(process.pid),
      kafka: cpuMicrosOf(kafka.pid),
      redis: cpuMicrosOf(redis.pid),
    }),
    pin: (cores) => {
      keepTo(cores, pids)
      return () => keepTo(`0-${cpus().length - 1}`, pids)
    },
    emptyRedis: async () => {
      await client.flushall()
    },
    folder,
    async [Symbol.asyncDispose]() {
      await client.quit()
      await Promise.all([kafka.stop(), redis.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function keepTo(cores: string, pids: readonly number[]): void {
  for (const pid of pids) execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' })
}
