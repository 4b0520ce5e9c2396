import { Cluster } from 'ioredis'
import { mediaKey, type MediaStore } from '@imchannel/media-store'
import { startRedisCluster, type RedisCluster } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryLimit } from '../src/memory-limit.ts'
import { collect, pieces, sampleMedia } from './sample-media.ts'
import { storeOn, TTL_MS } from './store-on-redis.ts'

const tenant = 'acme'
const SLOTS = 16_384

let servers: RedisCluster
let cluster: Cluster
let store: MediaStore

beforeAll(async () => {
  servers = await startRedisCluster({ maxMemory: '100mb' })
  cluster = new Cluster([...servers.nodes])
  cluster.on('error', () => {})
  store = storeOn(cluster)
})
afterAll(async () => {
  cluster.disconnect()
  await servers[Symbol.asyncDispose]()
})

test('media of every slot are stored, read, used, counted and removed', async () => {
  const bytes = sampleMedia('application/pdf', 600_000)
  const media = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const outcome = await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS })
      if (!outcome.ok) throw new Error(outcome.refusal.detail)
      return outcome.media
    }),
  )
  const slots = await Promise.all(media.map(async ({ id }) => cluster.cluster('KEYSLOT', mediaKey(id))))
  expect(new Set(slots.map((slot) => Math.floor((slot * 3) / SLOTS))).size).toBeGreaterThan(1)
  expect(await store.countBytes()).toBe(12 * bytes.length)
  for (const item of media) {
    expect((await collect(store.read(item, { start: 0, end: item.size - 1 }))).equals(bytes)).toBe(true)
    expect(await store.fetch(item, 'HEAD')).toMatchObject({ expireReply: 1 })
    expect(await store.useFor(item, { commandId: 'c' })).toMatchObject({ commandIds: ['c'] })
    expect(await store.touch(item, true)).toBe(1)
    expect(await store.remove(item)).toBe(true)
  }
  expect(await store.countBytes()).toBe(0)
})

test('what the masters together have is the limit, of which half is for media', async () => {
  expect(await memoryLimit(cluster)).toBe(3 * 100 * 1024 * 1024)
})
