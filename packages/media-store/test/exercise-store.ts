import { Redis } from 'ioredis'
import { expect, onTestFinished } from 'vitest'
import { collect, pieces, sampleMedia } from './sample-media.ts'
import { storeOn, TTL_MS } from './store-on-redis.ts'

const MIB = 1024 * 1024
const tenant = 'acme'
const bytes = sampleMedia('application/pdf', 600_000)

/** Everything that the store asks of a server, the sweep of a full budget included. */
export async function exerciseStore(url: string, version: RegExp): Promise<void> {
  const redis = new Redis(url)
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  expect(await redis.info('server')).toMatch(version)
  const store = storeOn(redis, MIB)
  const outcome = await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS })
  if (!outcome.ok) throw new Error(outcome.refusal.detail)
  const { media } = outcome
  expect((await collect(store.read(media, { start: 0, end: media.size - 1 }))).equals(bytes)).toBe(true)
  expect(await store.fetch(media, 'HEAD')).toMatchObject({ expireReply: 1 })
  expect(await store.fetch(media, 'GET')).toMatchObject({ firstChunk: bytes.subarray(0, 256 * 1024) })
  expect(await store.useFor(media, { commandId: 'c' })).toMatchObject({ commandIds: ['c'] })
  expect(await store.touch(media, true)).toBe(1)
  expect(await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS })).toMatchObject({
    refusal: { reason: 'over-budget' },
  })
  expect(await store.countBytes()).toBe(bytes.length)
  expect(await store.remove(media)).toBe(true)
  expect(await store.countBytes()).toBe(0)
}
