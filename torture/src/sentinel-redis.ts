import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDir, freePorts, redisBinary, spawnManaged } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'
import { askRedis } from './ask-redis.ts'
import { startRedisPair } from './redis-pair.ts'
import type { ReplicatedRedis } from './replicated-redis.ts'

const NAME = 'ledger'
/** A master that is killed or frozen for longer has its replica in its place; one that pauses has not. */
const DOWN_MS = 2_000
/** Twice this lies between two failovers at least. */
const FAILOVER_MS = 3_000
/** A failover, on a machine with more to do than it can. */
const PROMOTED_MS = 30_000

/** Under a Sentinel, which puts the replica in the place of a master that dies or freezes. */
export async function createSentinelRedis(folder: string): Promise<ReplicatedRedis> {
  const pair = await startRedisPair(folder)
  const [port = 0] = await freePorts(1)
  const config = join(folder, 'sentinel', 'sentinel.conf')
  await mkdir(join(folder, 'sentinel'), { recursive: true })
  // Sentinel writes into its configuration what it learns.
  await writeFile(
    config,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${join(folder, 'sentinel')}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${pair.master.port} 1`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_MS}`,
      `sentinel failover-timeout ${NAME} ${FAILOVER_MS}`,
    ].join('\n'),
  )
  const binary = await redisBinary({ env: process.env, cache: cacheDir(process.env) })
  const sentinel = await spawnManaged(binary, [config, '--sentinel'], {
    output: { file: join(folder, 'sentinel.log') },
  })
  await waitUntil(async () => (await askRedis(port, `SENTINEL REPLICAS ${NAME}`).catch(() => '')).startsWith('*1\r'), {
    what: 'Sentinel knows the replica',
  })
  let killed = pair.master
  let isTheLivingsTurn = false

  /** Resolves once another one is the master, with its port. */
  async function untilPromoted(): Promise<void> {
    const former = pair.master.port
    let now = former
    await waitUntil(
      async () => {
        const answer = await askRedis(port, `SENTINEL GET-MASTER-ADDR-BY-NAME ${NAME}`)
        now = Number(/\r\n(\d+)\r\n/.exec(answer.slice(answer.indexOf('127.0.0.1')))?.[1])
        return now !== former
      },
      { timeoutMs: PROMOTED_MS, what: 'the replica is the master' },
    )
    pair.nameMaster(now)
  }

  async function replaceDead(): Promise<string> {
    await pair.master.kill()
    killed = pair.master
    await untilPromoted()
    await pair.restart(killed, { follows: pair.master })
    await pair.untilInSync()
    return 'Redis’s master died, and its replica took over'
  }

  /** As where it was too slow to answer Sentinel: for some ten seconds there are two masters. Sentinel may refuse it, soon after the last. */
  async function replaceLiving(): Promise<string> {
    await askRedis(port, `SENTINEL FAILOVER ${NAME}`)
    await untilPromoted()
    await pair.untilInSync()
    return 'Redis’s master was replaced while it was alive'
  }

  return {
    settings: { sentinel: { name: NAME, nodes: [{ host: '127.0.0.1', port }] } },
    kill: async () => {
      killed = pair.master
      await killed.kill()
    },
    // It comes back as a replica, however soon: beside the one that took its place it would be a second master.
    start: async () => {
      await untilPromoted()
      await pair.restart(killed, { follows: pair.master })
      await pair.untilInSync()
    },
    freeze: async (forMs) => {
      const frozen = pair.master
      frozen.freeze()
      try {
        await Promise.all([untilPromoted(), Number.isFinite(forMs) ? sleep(forMs) : new Promise(() => undefined)])
      } finally {
        frozen.thaw()
      }
      // Until Sentinel has made it one, the former master is no replica.
      await pair.untilInSync()
      return 'Redis’s master froze, and its replica took over'
    },
    refuseWrites: (why, forMs) => pair.refuseWrites(why, forMs),
    empty: () => pair.empty(),
    failOver: () => {
      isTheLivingsTurn = !isTheLivingsTurn
      return isTheLivingsTurn ? replaceLiving().catch(replaceDead) : replaceDead()
    },
    [Symbol.asyncDispose]: async () => {
      await sentinel.kill()
      await pair[Symbol.asyncDispose]()
    },
  }
}
