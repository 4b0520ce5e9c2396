import { setTimeout as sleep } from 'node:timers/promises'
import { createFaultProxy, waitUntil } from '@imchannel/testkit'
import { askRedis } from './ask-redis.ts'
import { startRedisPair } from './redis-pair.ts'
import type { Refusal } from './redis-pair.ts'

/** A master and its replica, and a way to whichever is the master. */
export interface ReplicatedRedis extends AsyncDisposable {
  /** As in a configuration: `redis`. */
  readonly settings: object
  /** Of the master. */
  kill(): Promise<void>
  start(): Promise<void>
  /** The master takes connections and answers nothing for so long; says what came of it. */
  freeze(forMs: number): Promise<string>
  /** The master answers what is asked, and takes no writes for so long; says what came of it. */
  refuseWrites(why: Refusal, forMs: number): Promise<string>
  /** Removes all that is in it; says so. */
  empty(): Promise<string>
  /** Hands the master's part over to the replica; says what came of it. */
  failOver(): Promise<string>
}

const SYNC_MS = 20_000

/** Behind one name, which leads new connections to whichever is the master, as managed ones do. */
export async function createReplicatedRedis(folder: string): Promise<ReplicatedRedis> {
  const pair = await startRedisPair(folder)
  const endpoint = await createFaultProxy({ port: pair.master.port })

  return {
    settings: { url: `redis://${endpoint.address}` },
    kill: () => pair.master.kill(),
    start: () => pair.restart(pair.master),
    freeze: async (forMs) => {
      const frozen = pair.master
      frozen.freeze()
      await sleep(forMs)
      frozen.thaw()
      return `Redis was frozen for ${forMs} ms`
    },
    refuseWrites: (why, forMs) => pair.refuseWrites(why, forMs),
    empty: () => pair.empty(),
    failOver: async () => {
      const former = pair.master
      try {
        await pair.untilInSync()
        const next = /slave0:ip=[^,]*,port=(\d+)/.exec(await askRedis(former.port, 'INFO replication'))?.[1]
        await askRedis(former.port, 'FAILOVER')
        await waitUntil(async () => (await askRedis(former.port, 'INFO replication')).includes('role:slave'), {
          timeoutMs: SYNC_MS,
          what: 'the replica is the master',
        })
        pair.nameMaster(Number(next))
      } catch (error) {
        return `Redis did not fail over: ${String(error)}`
      }
      endpoint.redirect(pair.master.port)
      return 'Redis failed over, behind connections that stay'
    },
    [Symbol.asyncDispose]: async () => {
      await endpoint.close()
      await pair[Symbol.asyncDispose]()
    },
  }
}
