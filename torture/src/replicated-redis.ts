import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@imchannel/local-stack'
import type { LocalRedis } from '@imchannel/local-stack'
import { createFaultProxy, waitUntil } from '@imchannel/testkit'
import { askRedis } from './ask-redis.ts'

/** A master and its replica behind one name, which leads new connections to whichever is the master, as managed ones do. */
export interface ReplicatedRedis extends AsyncDisposable {
  readonly url: string
  /** Of the master. */
  kill(): Promise<void>
  start(): Promise<void>
  /** The master takes connections and answers nothing for so long. */
  freeze(forMs: number): Promise<void>
  /** The master answers what is asked, and takes no writes for so long. */
  refuseWrites(why: Refusal, forMs: number): Promise<void>
  /** Hands the master's part over to the replica, with everything that was written; says what came of it. */
  failOver(): Promise<string>
}

/** No memory left, or fewer replicas than it is told to have. */
export type Refusal = 'OOM' | 'NOREPLICAS'

const REFUSALS: Readonly<Record<Refusal, { refuse: string; accept: string }>> = {
  OOM: { refuse: 'CONFIG SET maxmemory 1', accept: 'CONFIG SET maxmemory 1gb' },
  NOREPLICAS: { refuse: 'CONFIG SET min-replicas-to-write 2', accept: 'CONFIG SET min-replicas-to-write 0' },
}

const SYNC_MS = 20_000

export async function createReplicatedRedis(folder: string): Promise<ReplicatedRedis> {
  const startOne = (name: string, { port, follows }: { port?: number; follows?: number } = {}): Promise<LocalRedis> =>
    startRedis({
      dataDir: join(folder, name),
      ...(port === undefined ? {} : { port }),
      args: [
        '--repl-diskless-sync-delay',
        '0',
        ...(follows === undefined ? [] : ['--replicaof', '127.0.0.1', String(follows)]),
      ],
    })
  const first = await startOne('redis-0')
  const second = await startOne('redis-1', { follows: first.port })
  const names = new Map([
    [first.port, 'redis-0'],
    [second.port, 'redis-1'],
  ])
  let [master, replica] = [first, second]
  const isInSync = async (): Promise<boolean> =>
    /slave0:.*state=online.*lag=[01]\b/.test(await askRedis(master.port, 'INFO replication'))

  const endpoint = await createFaultProxy({ port: master.port })
  await waitUntil(isInSync, { what: 'the replica follows' })

  return {
    url: `redis://${endpoint.address}`,
    kill: () => master.kill(),
    start: async () => {
      master = await startOne(names.get(master.port) ?? '', { port: master.port })
    },
    freeze: async (forMs) => {
      const frozen = master
      frozen.freeze()
      await sleep(forMs)
      frozen.thaw()
    },
    refuseWrites: async (why, forMs) => {
      const { port } = master
      await askRedis(port, REFUSALS[why].refuse)
      await sleep(forMs)
      await askRedis(port, REFUSALS[why].accept)
    },
    failOver: async () => {
      try {
        await waitUntil(isInSync, { timeoutMs: SYNC_MS, what: 'the replica follows' })
        await askRedis(master.port, 'FAILOVER')
        await waitUntil(async () => (await askRedis(master.port, 'INFO replication')).includes('role:slave'), {
          timeoutMs: SYNC_MS,
          what: 'the replica is the master',
        })
      } catch (error) {
        return `Redis did not fail over: ${String(error)}`
      }
      ;[master, replica] = [replica, master]
      endpoint.redirect(master.port)
      return 'Redis failed over, behind connections that stay'
    },
    [Symbol.asyncDispose]: async () => {
      await endpoint.close()
      await Promise.all([master.kill(), replica.kill()])
    },
  }
}
