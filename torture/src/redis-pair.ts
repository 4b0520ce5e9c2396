import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@imchannel/local-stack'
import type { LocalRedis } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'
import { askRedis } from './ask-redis.ts'

/** A master and its replica, either of which can be the one or the other. */
export interface RedisPair extends AsyncDisposable {
  readonly master: LocalRedis
  /** By its port; the other one is the replica then. */
  nameMaster(port: number): void
  /** The one that was killed, on its port and with its data; as the other's replica where it follows. */
  restart(server: LocalRedis, options?: { follows: LocalRedis }): Promise<void>
  untilInSync(): Promise<void>
  /** Removes all that is in it; says so. */
  empty(): Promise<string>
  /** What the master answers is what is asked of it, and it takes no writes for so long; says what came of it. */
  refuseWrites(why: Refusal, forMs: number): Promise<string>
}

/** No memory left, fewer replicas than it is told to have, or a snapshot that cannot be written. */
export type Refusal = 'OOM' | 'NOREPLICAS' | 'MISCONF'

const SYNC_MS = 20_000
const REFUSING_MS = 5_000
/** A folder, so that no snapshot can be written under its name. What a replica is sent takes no file. */
const BLOCKED = 'blocked.rdb'
const ARGS =
  `--dbfilename ${BLOCKED} --repl-diskless-sync yes --repl-diskless-sync-delay 0 --repl-diskless-load swapdb`.split(' ')

const REFUSALS: Readonly<Record<Refusal, { refuse: readonly string[]; accept: readonly string[] }>> = {
  OOM: { refuse: ['CONFIG SET maxmemory 1'], accept: ['CONFIG SET maxmemory 1gb'] },
  NOREPLICAS: { refuse: ['CONFIG SET min-replicas-to-write 2'], accept: ['CONFIG SET min-replicas-to-write 0'] },
  MISCONF: { refuse: ['CONFIG SET save "3600 1"', 'BGSAVE'], accept: ['CONFIG SET save ""'] },
}

function refusesWrites({ port }: LocalRedis): Promise<boolean> {
  return askRedis(port, 'SET torture:probe x PX 1').then(
    () => false,
    () => true,
  )
}

export async function startRedisPair(folder: string): Promise<RedisPair> {
  const names = new Map<number, string>()
  const startOne = async (name: string, { port, follows }: { port?: number; follows?: number } = {}) => {
    const dataDir = join(folder, name)
    await mkdir(join(dataDir, BLOCKED), { recursive: true })
    const server = await startRedis({
      dataDir,
      ...(port === undefined ? {} : { port }),
      args: follows === undefined ? ARGS : [...ARGS, '--replicaof', '127.0.0.1', String(follows)],
    })
    names.set(server.port, name)
    return server
  }
  let master = await startOne('redis-0')
  let replica = await startOne('redis-1', { follows: master.port })

  async function askAll(commands: readonly string[]): Promise<void> {
    for (const command of commands) await askRedis(master.port, command)
  }

  const isInSync = async (): Promise<boolean> =>
    /slave0:.*state=online.*lag=[01]\b/.test(await askRedis(master.port, 'INFO replication'))

  const pair: RedisPair = {
    get master() {
      return master
    },
    nameMaster: (port) => {
      if (replica.port === port) [master, replica] = [replica, master]
    },
    restart: async (server, options) => {
      const started = await startOne(names.get(server.port) ?? '', {
        port: server.port,
        ...(options === undefined ? {} : { follows: options.follows.port }),
      })
      if (server === master) master = started
      else replica = started
    },
    untilInSync: async () => {
      await waitUntil(isInSync, { timeoutMs: SYNC_MS, what: 'the replica follows' })
    },
    empty: async () => {
      await askRedis(master.port, 'FLUSHALL')
      return 'Redis was emptied'
    },
    refuseWrites: async (why, forMs) => {
      const { refuse, accept } = REFUSALS[why]
      const refusing = master
      try {
        await askAll(refuse)
        // A snapshot fails a moment after it was asked for.
        await waitUntil(() => refusesWrites(refusing), { timeoutMs: REFUSING_MS, what: 'writes are refused' })
        await sleep(forMs)
        return `Redis refused writes for ${forMs} ms (${why})`
      } catch (error) {
        return `Redis did not refuse writes: ${String(error)}`
      } finally {
        for (const command of accept) await askRedis(refusing.port, command)
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([master.kill(), replica.kill()])
    },
  }
  await pair.untilInSync()
  return pair
}
