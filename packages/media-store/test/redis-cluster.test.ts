import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cluster, Redis } from 'ioredis'
import { freePorts, startRedis, type LocalRedis } from '@imchannel/local-stack'
import { mediaKey, type MediaStore } from '@imchannel/media-store'
import { waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryLimit } from '../src/memory-limit.ts'
import { collect, pieces, sampleMedia } from './sample-media.ts'
import { storeOn, TTL_MS } from './store-on-redis.ts'

const tenant = 'acme'
const SLOTS = 16_384

let dirs: string[] = []
let nodes: LocalRedis[] = []
let cluster: Cluster
let store: MediaStore

beforeAll(async () => {
  dirs = await Promise.all([0, 1, 2].map(async () => mkdtemp(join(tmpdir(), 'imchannel-cluster-'))))
  const ports = await clusterPorts(dirs.length)
  nodes = await Promise.all(
    dirs.map(async (dataDir, index) =>
      startRedis({
        dataDir,
        port: ports[index] ?? 0,
        maxMemory: '100mb',
        args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'],
      }),
    ),
  )
  await joinCluster(nodes)
  cluster = new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port })))
  cluster.on('error', () => {})
  store = storeOn(cluster)
})
afterAll(async () => {
  cluster.disconnect()
  await Promise.all(nodes.map(async (node) => node.kill()))
  await Promise.all(dirs.map(async (dir) => rm(dir, { recursive: true, force: true })))
})

/** Free ports whose cluster bus, 10,000 above, is a free port too. */
async function clusterPorts(count: number): Promise<number[]> {
  const found: number[] = []
  while (found.length < count) {
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

/** What `redis-cli --cluster create` does, for three masters without replicas; the client alone knows the commands. */
async function joinCluster(members: readonly LocalRedis[]): Promise<void> {
  const clients = members.map(({ url }) => new Redis(url))
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot)
  const share = Math.ceil(SLOTS / clients.length)
  await Promise.all(
    clients.map(async (client, index) => {
      await client.call('CLUSTER', 'ADDSLOTS', ...slots.slice(index * share, (index + 1) * share))
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    }),
  )
  for (const { port } of members) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port)
  for (const client of clients) {
    await waitUntil(async () => String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
    client.disconnect()
  }
}

test('media of every slot are stored, read, used, counted and removed', async () => {
  const bytes = sampleMedia('application/pdf', 600_000)
  const media = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const outcome = await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS })
      if (!outcome.ok) throw new Error(outcome.refusal.detail)
      return outcome.medium
    }),
  )
  const slots = await Promise.all(media.map(async ({ id }) => cluster.cluster('KEYSLOT', mediaKey(id))))
  expect(new Set(slots.map((slot) => Math.floor((slot * 3) / SLOTS))).size).toBeGreaterThan(1)
  expect(await store.countBytes()).toBe(12 * bytes.length)
  for (const medium of media) {
    expect((await collect(store.read(medium, { start: 0, end: medium.size - 1 }))).equals(bytes)).toBe(true)
    expect(await store.fetch(medium, 'HEAD')).toMatchObject({ expireReply: 1 })
    expect(await store.useFor(medium, { commandId: 'c' })).toMatchObject({ commandIds: ['c'] })
    expect(await store.touch(medium, true)).toBe(1)
    expect(await store.remove(medium)).toBe(true)
  }
  expect(await store.countBytes()).toBe(0)
})

test('what the masters together have is the limit, of which half is for media', async () => {
  expect(await memoryLimit(cluster)).toBe(3 * 100 * 1024 * 1024)
})
