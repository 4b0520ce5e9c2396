import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { startRedis, type LocalRedis } from '@imchannel/local-stack'
import { mediaKey, type MediaStore, type MediaItem, type PutOutcome } from '@imchannel/media-store'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pieces, sampleMedia } from './sample-media.ts'
import { storeOn, TTL_MS } from './store-on-redis.ts'

const MIB = 1024 * 1024
const tenant = 'acme'

// A Redis of its own: the budget is one for all media in it, and its memory limit matters.
let dir: string
let server: LocalRedis
let redis: Redis

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'imchannel-budget-'))
  server = await startRedis({ dataDir: dir, maxMemory: '40mb' })
  redis = new Redis(server.url)
})
beforeEach(async () => redis.flushall())
afterAll(async () => {
  redis.disconnect()
  await server.kill()
  await rm(dir, { recursive: true, force: true })
})

async function put(store: MediaStore, size: number, of = tenant): Promise<PutOutcome> {
  return store.put(pieces(sampleMedia('application/pdf', size)), { tenant: of, ttlMs: TTL_MS })
}

async function stored(outcome: Promise<PutOutcome>): Promise<MediaItem> {
  const settled = await outcome
  if (!settled.ok) throw new Error(settled.refusal.detail)
  return settled.media
}

const overBudget = { ok: false, refusal: { reason: 'over-budget' } }

test('what does not fit is refused, and what is there stays', async () => {
  const store = storeOn(redis, 10 * MIB)
  const first = await stored(put(store, 6 * MIB))
  const second = await stored(put(store, 4 * MIB))
  expect(await put(store, 1)).toMatchObject(overBudget)
  expect(await store.countBytes()).toBe(10 * MIB)
  expect([await store.head(first), await store.head(second)]).toEqual([first, second])
})

test('what is refused half-way leaves nothing', async () => {
  const store = storeOn(redis, 10 * MIB)
  expect(await put(store, 11 * MIB)).toMatchObject(overBudget)
  expect(await store.countBytes()).toBe(0)
  expect(await redis.keys(mediaKey('*'))).toEqual([])
})

test('half of Redis’s memory limit is for media, three quarters of it for those to be sent', async () => {
  const store = storeOn(redis)
  expect(await put(store, 14 * MIB)).toMatchObject({ ok: true })
  expect(await put(store, 2 * MIB)).toMatchObject(overBudget)
  expect(await redis.set('imc:ledger:entry', 'has room')).toBe('OK')
})

test('removing makes room', async () => {
  const store = storeOn(redis, 10 * MIB)
  const media = await stored(put(store, 10 * MIB))
  await store.remove(media)
  expect(await put(store, 10 * MIB)).toMatchObject({ ok: true })
})

test('what has expired or was deleted by hand makes room', async () => {
  const store = storeOn(redis, 10 * MIB)
  const media = await stored(put(store, 10 * MIB))
  await redis.unlink(mediaKey(media.id))
  expect(await put(store, 10 * MIB)).toMatchObject({ ok: true })
})

test('what was prolonged counts on beyond the expiry that was known', async () => {
  let time = Date.now()
  const store = storeOn(redis, 10 * MIB, { ttlAfterFetchMs: () => TTL_MS, now: () => time })
  await stored(put(store, 10 * MIB))
  time += TTL_MS + 1
  expect(await store.countBytes()).toBe(10 * MIB)
  expect(await put(store, 1)).toMatchObject(overBudget)
})

test('a crash in mid-upload counts until its bytes are gone, and no longer', async () => {
  let time = Date.now()
  const store = storeOn(redis, 10 * MIB, { ttlAfterFetchMs: () => TTL_MS, now: () => time })
  const { promise: never } = Promise.withResolvers<void>()
  const id = randomUUID()
  async function* hanging(): AsyncGenerator<Uint8Array> {
    yield* pieces(sampleMedia('application/pdf', 6 * MIB))
    await never
  }
  // Its process is as good as dead: nobody goes on with it.
  void store.put(hanging(), { tenant, ttlMs: TTL_MS, id, size: 6 * MIB })
  await expect.poll(async () => redis.hlen(mediaKey(id))).toBe(24)
  expect(await put(store, 5 * MIB)).toMatchObject(overBudget)
  await redis.unlink(mediaKey(id))
  time += 61_000
  expect(await store.countBytes()).toBe(0)
  expect(await put(store, 5 * MIB)).toMatchObject({ ok: true })
})

test('many uploads at once never go over the budget together', async () => {
  const store = storeOn(redis, 10 * MIB)
  const outcomes = await Promise.all(Array.from({ length: 12 }, async () => put(store, MIB)))
  const fitting = outcomes.filter(({ ok }) => ok).length
  expect(fitting).toBeLessThanOrEqual(10)
  expect(await store.countBytes()).toBe(fitting * MIB)
})

test('one tenant’s media leave each other tenant its own part of the room', async () => {
  const store = storeOn(redis, 16 * MIB, { tenants: () => 4 })
  // Its own two, and the eight that all share.
  for (let stored = 0; stored < 10; stored += 1) expect(await put(store, MIB, 'greedy')).toMatchObject({ ok: true })
  expect(await put(store, MIB, 'greedy')).toMatchObject({
    refusal: { reason: 'over-budget', detail: expect.stringContaining('greedy for media to be sent') },
  })
  for (const quiet of ['one', 'other', 'third']) {
    expect(await put(store, 2 * MIB, quiet)).toMatchObject({ ok: true })
    expect(await put(store, 1, quiet)).toMatchObject(overBudget)
  }
  expect(await store.countBytes()).toBe(16 * MIB)
})

test('whoever removes media gives back to all what was beyond its own', async () => {
  const store = storeOn(redis, 16 * MIB, { tenants: () => 2 })
  const media: MediaItem[] = []
  while (media.length < 12) media.push(await stored(put(store, MIB, 'greedy')))
  expect(await put(store, 5 * MIB, 'quiet')).toMatchObject(overBudget)
  await Promise.all(media.slice(0, 4).map(async (media) => store.remove(media)))
  expect(await put(store, 8 * MIB, 'quiet')).toMatchObject({ ok: true })
  expect(await put(store, 1, 'quiet')).toMatchObject(overBudget)
})

test('customers’ media and those to be sent never take each other’s room', async () => {
  const outbound = storeOn(redis, 12 * MIB)
  const inbound = storeOn(redis, 12 * MIB, { room: 'inbound' })
  expect(await put(inbound, 4 * MIB)).toMatchObject({ ok: true })
  expect(await put(inbound, 1)).toMatchObject({
    refusal: { detail: expect.stringContaining('what customers sent') },
  })
  expect(await put(outbound, 12 * MIB)).toMatchObject({ ok: true })
  expect(await put(outbound, 1)).toMatchObject(overBudget)
  expect([await outbound.countBytes(), await inbound.countBytes()]).toEqual([12 * MIB, 4 * MIB])
})

test('what 0.1.0 has counted counts until it is gone', async () => {
  const [kept, gone] = [randomUUID(), randomUUID()].map(mediaKey)
  await redis.hset('imc:{media}:bytes', { [kept ?? '']: 6 * MIB, [gone ?? '']: 3 * MIB, sum: 9 * MIB })
  await redis.zadd('imc:{media}:due', Date.now() - 1, kept ?? '', Date.now() - 1, gone ?? '')
  await redis.set(kept ?? '', 'a media item', 'PX', 60_000)
  const store = storeOn(redis, 10 * MIB)
  expect(await put(store, 4 * MIB)).toMatchObject({ ok: true })
  expect(await put(store, 1)).toMatchObject(overBudget)
  expect(await store.countBytes()).toBe(10 * MIB)
})
