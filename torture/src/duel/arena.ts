import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafkaClient, ensureTopics } from '@imchannel/kafka'
import { startKafka, startRedis } from '@imchannel/local-stack'
import type { LocalServer } from '@imchannel/local-stack'
import { createRedis } from '@imchannel/redis'
import { type Blow, DOWN_MS, DROPPED } from './blows.ts'
import { type Contender, type ContenderName, imchannel, naive } from './contender.ts'
import { type Load, startLoad } from './load.ts'
import { type Score, score } from './score.ts'

/** Both gateways on one Kafka and one Redis of their own, under the same load and the same blows. */
export interface Arena extends AsyncDisposable {
  readonly folder: string
  strike(blow: Blow): Promise<void>
  /** As things stand; what has been missing for a minute is called lost. */
  scores(): Promise<Record<ContenderName, Score>>
  /** Ends the load and waits until all has arrived, or nothing more does, and shows each look. What is missing then is lost. */
  settle(show?: (scores: Record<ContenderName, Score>) => void): Promise<Record<ContenderName, Score>>
}

export interface ArenaOptions {
  readonly seed: number
  readonly rate: number
  readonly buildEnv?: Readonly<Record<string, string>>
}

const PARTITIONS = 6
const LOST_AFTER_MS = 60_000
/** A consumer of kafkajs that lost its coordinator takes half a minute to come back. */
const PATIENCE_MS = 90_000
const LOOK_MS = 2_000
const FIRST_MS = 120_000

export async function openArena({ seed, rate, buildEnv = {} }: ArenaOptions): Promise<Arena> {
  // What was started before something could not be is ended again.
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-duel-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const kafkaOptions = { dataDir: join(folder, 'kafka') }
  const firstKafka = await startKafka(kafkaOptions)
  let kafka: LocalServer = firstKafka
  opened.defer(() => kafka.kill())
  const redisServer = await startRedis({ dataDir: join(folder, 'redis') })
  opened.defer(() => redisServer.kill())
  const redisUrl = `redis://127.0.0.1:${redisServer.port}`
  const client = createKafkaClient({ brokers: firstKafka.brokers }, { clientId: 'duel', log: () => undefined })
  const redis = createRedis({ url: redisUrl }, { name: 'duel', onError: () => undefined })
  opened.defer(() => redis.disconnect())
  const options = { folder, brokers: firstKafka.brokers, redisUrl, buildEnv }
  const contenders: readonly Contender[] = [opened.use(await imchannel(options)), opened.use(await naive(options))]
  const topics = contenders.flatMap(({ name, inbound, outbound }) => [inbound, outbound, `${name}.status`])
  await ensureTopics(
    client,
    topics.map((name) => ({ name, partitions: PARTITIONS, replication: 1 })),
  )
  await Promise.all(contenders.map((one) => one.start()))
  await Promise.all(contenders.map(answers))
  const loads: readonly [Contender, Load][] = contenders.map((one) => [
    one,
    startLoad(one, { client, seed, rate, partitions: PARTITIONS }),
  ])
  for (const [, load] of loads) opened.defer(() => load.abandon())

  async function scores(lostAfterMs = LOST_AFTER_MS): Promise<Record<ContenderName, Score>> {
    // While Kafka is away there is nothing new to be seen in it.
    await Promise.all(loads.map(([, load]) => load.look().catch(() => undefined)))
    const now = Date.now()
    const each = loads.map(([{ name }, { books }]) => [name, score(books, now, lostAfterMs)] as const)
    // `as`: there is one of each.
    return Object.fromEntries(each) as Record<ContenderName, Score>
  }

  const all = opened.move()
  return {
    folder,
    scores: () => scores(),
    strike: async (blow) => {
      switch (blow) {
        case 'dispatcher':
        case 'ingress':
          await Promise.all(contenders.map((one) => one.kill(blow, DOWN_MS)))
          return
        case 'kafka':
          await kafka.kill()
          await sleep(DOWN_MS)
          kafka = await startKafka({ ...kafkaOptions, port: firstKafka.port })
          return
        case 'redis':
          await redis.flushall()
          return
        case 'answers':
          for (const { provider } of contenders) provider.dropAnswers(DROPPED)
          return
      }
    },
    settle: async (show) => {
      // One that never confirms again is not waited for: what it has not confirmed it was not given.
      const stopped = Promise.all(loads.map(([, load]) => load.stop()))
      await Promise.race([stopped, sleep(PATIENCE_MS, undefined, { ref: false })])
      let least = Infinity
      let changedAt = Date.now()
      for (;;) {
        const seen = await scores(Infinity)
        show?.(seen)
        const waiting = Object.values(seen).reduce((sum, one) => sum + one.waiting, 0)
        if (waiting < least) {
          least = waiting
          changedAt = Date.now()
        }
        if (waiting === 0 || Date.now() - changedAt > PATIENCE_MS) return scores(-1)
        await sleep(LOOK_MS)
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function answers({ name, ingressUrl }: Contender): Promise<void> {
  const deadline = Date.now() + FIRST_MS
  while (Date.now() < deadline) {
    try {
      await (await fetch(ingressUrl)).arrayBuffer()
      return
    } catch {
      await sleep(200)
    }
  }
  throw new Error(`${name} did not answer within ${FIRST_MS / 1_000} s`)
}
