import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDir, freePorts, redisBinary, spawnManaged, startRedis, type LocalRedis } from '@imchannel/local-stack'
import { Redis } from 'ioredis'
import { createFaultProxy } from './fault-proxy.ts'
import { waitUntil } from './wait-until.ts'

/** A master, its replicas and the Sentinel that puts one of them in its place. */
export interface RedisFailover extends AsyncDisposable {
  /** As in a configuration: `redis.sentinel`. */
  readonly settings: { name: string; nodes: { host: string; port: number }[] }
  /** All servers as they were started: the first is the first master. */
  readonly servers: readonly LocalRedis[]
  /** `kill -9` of the first master; resolves once Sentinel has another, with its URL. */
  failOver(): Promise<string>
  /** Has Sentinel replace the first master, which lives, and takes writes until Sentinel makes a replica of it. */
  replaceMaster(): Promise<void>
}

const NAME = 'ledger'
/** Short, so that a test sees the whole of it; the quorum of one Sentinel is itself. */
const SENTINEL = [
  `sentinel down-after-milliseconds ${NAME} 1000`,
  `sentinel failover-timeout ${NAME} 5000`,
  `sentinel parallel-syncs ${NAME} 2`,
]

export interface RedisFailoverOptions {
  replicas: number
  /** How long what the first master writes is on its way to each replica: what is on its way when it dies is lost. */
  lagMs: number
}

/** Starts so many replicas beside a master, and a Sentinel that watches them; all end with this process. */
export async function startRedisFailover({ replicas, lagMs }: RedisFailoverOptions): Promise<RedisFailover> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-failover-'))
  const master = await startRedis({ dataDir: join(folder, 'redis-0') })
  const way = await createFaultProxy({ port: master.port })
  const others = await Promise.all(
    Array.from({ length: replicas }, (_, index) =>
      startRedis({
        dataDir: join(folder, `redis-${index + 1}`),
        args: ['--replicaof', '127.0.0.1', String(way.port), '--repl-diskless-sync-delay', '0'],
      }),
    ),
  )
  const servers = [master, ...others]
  const [port = 0] = await freePorts(1)
  const config = join(folder, 'sentinel.conf')
  // Sentinel writes into its configuration what it learns.
  await writeFile(
    config,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 1`,
      ...SENTINEL,
    ].join('\n'),
  )
  const binary = await redisBinary({ env: process.env, cache: cacheDir(process.env) })
  const watcher = await spawnManaged(binary, [config, '--sentinel'], {
    output: { file: join(folder, 'sentinel.log') },
  })
  const sentinel = new Redis(port, { maxRetriesPerRequest: null, retryStrategy: () => 100 })
  sentinel.on('error', () => undefined)
  const masterPort = async (): Promise<number> => {
    // `as`: host and port.
    const [, found] = (await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as string[]
    return Number(found)
  }
  await waitUntil(async () => (await connectedReplicas(master)) === replicas, { what: 'the replicas follow' })
  way.delay(lagMs)
  await waitUntil(
    // `as`: one entry a replica.
    async () => ((await sentinel.call('SENTINEL', 'REPLICAS', NAME)) as unknown[]).length === replicas,
    { what: 'Sentinel knows the replicas' },
  )

  return {
    settings: { name: NAME, nodes: [{ host: '127.0.0.1', port }] },
    servers,
    failOver: async () => {
      await master.kill()
      await waitUntil(async () => (await masterPort()) !== master.port, { timeoutMs: 60_000, what: 'a new master' })
      return `redis://127.0.0.1:${await masterPort()}`
    },
    replaceMaster: async () => {
      await sentinel.call('SENTINEL', 'FAILOVER', NAME)
      await waitUntil(async () => (await masterPort()) !== master.port, { timeoutMs: 60_000, what: 'a new master' })
    },
    [Symbol.asyncDispose]: async () => {
      sentinel.disconnect()
      await watcher.kill()
      await way.close()
      await Promise.all(servers.map((server) => server.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function connectedReplicas({ url }: LocalRedis): Promise<number> {
  const redis = new Redis(url)
  try {
    const info = await redis.info('replication')
    return [...info.matchAll(/^slave\d+:.*state=online/gm)].length
  } finally {
    redis.disconnect()
  }
}
