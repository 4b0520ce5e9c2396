import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, startRedis, type LocalRedis } from '@imchannel/local-stack'
import { Redis } from 'ioredis'
import { waitUntil } from './wait-until.ts'

/** A certificate that is its own authority. */
export interface RedisTlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** Options with which a server takes TLS on this port, from whoever knows its certificate. */
export function redisTlsArgs(port: number, { certFile, keyFile }: RedisTlsFiles): string[] {
  const options = {
    'tls-port': String(port),
    'tls-cert-file': certFile,
    'tls-key-file': keyFile,
    'tls-ca-cert-file': certFile,
    'tls-auth-clients': 'no',
  }
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
}

/** Masters that share the slots of a cluster, without replicas. */
export interface RedisCluster extends AsyncDisposable {
  /** As in a configuration: `redis.cluster.nodes`. */
  readonly nodes: readonly { host: string; port: number }[]
  readonly servers: readonly LocalRedis[]
  /** Starts one that was killed, with what it had and where it was. */
  readonly restart: (index: number) => Promise<void>
}

export interface RedisClusterOptions {
  readonly maxMemory?: string
  /** Clients and the cluster's own bus speak TLS, on the nodes' ports. */
  readonly tls?: RedisTlsFiles
  /** Further options, as on redis-server's command line. */
  readonly args?: readonly string[]
  /** Who may join the servers together; whoever comes without it. */
  readonly admin?: { readonly username: string; readonly password: string }
}

const SLOTS = 16_384
const MASTERS = 3

/** Starts three masters and waits until all say that the cluster is whole; all end with this process. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { maxMemory = '100mb', tls, args = [], admin = {} } = options
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-cluster-'))
  const ports = await clusterPorts()
  const start = (port: number): Promise<LocalRedis> =>
    startRedis({
      dataDir: join(folder, String(port)),
      ...(tls === undefined && { port }),
      maxMemory,
      args: [
        '--cluster-enabled',
        'yes',
        '--cluster-node-timeout',
        '2000',
        ...(tls === undefined ? [] : ['--tls-cluster', 'yes', ...redisTlsArgs(port, tls)]),
        ...args,
      ],
    })
  const servers = await Promise.all(ports.map(start))
  const clients = servers.map(({ url }) => new Redis(url, admin))
  await joinTogether(clients, ports)
  clients.forEach((client) => client.disconnect())
  return {
    nodes: ports.map((port) => ({ host: '127.0.0.1', port })),
    servers,
    restart: async (index) => {
      servers[index] = await start(ports[index] ?? 0)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What `redis-cli --cluster create` does, for masters alone. */
async function joinTogether(clients: readonly Redis[], ports: readonly number[]): Promise<void> {
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot)
  const share = Math.ceil(SLOTS / clients.length)
  await Promise.all(
    clients.map(async (client, index) => {
      await client.call('CLUSTER', 'ADDSLOTS', ...slots.slice(index * share, (index + 1) * share))
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    }),
  )
  for (const port of ports) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port)
  for (const client of clients) {
    await waitUntil(async () => String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'), {
      what: 'the cluster is whole',
    })
  }
}

/** Free ports whose cluster bus, 10,000 above, is a free port too. */
async function clusterPorts(): Promise<number[]> {
  const found: number[] = []
  while (found.length < MASTERS) {
    const [port = 0] = await freePorts(1)
    if (port < 55_000 && !found.includes(port) && (await isFree(port + 10_000))) found.push(port)
  }
  return found
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}
