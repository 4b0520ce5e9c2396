import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { testStack, uniqueName } from '@imchannel/testkit'
import { mediaKey, type MediaRef } from '@imchannel/media-store'
import { afterAll, expect, test } from 'vitest'
import { pieces, sampleMedia } from './sample-media.ts'
import { storeOn, TTL_MS } from './store-on-redis.ts'

const redis = new Redis(testStack().redisUrl)
const store = storeOn(redis, Number.MAX_SAFE_INTEGER)
const tenant = uniqueName('acme')
const picture = sampleMedia('image/jpeg', 10_000)

afterAll(() => redis.disconnect())

/** A picture that was got as often as it takes to be kept. */
async function hot(): Promise<MediaRef & { key: string }> {
  const outcome = await store.put(pieces(picture), { tenant, ttlMs: TTL_MS })
  if (!outcome.ok) throw new Error(outcome.refusal.detail)
  const { id } = outcome.media
  for (let count = 0; count < 2; count++) {
    const found = await store.fetch({ tenant, id }, 'GET')
    expect(found).toMatchObject({ firstChunk: picture, isShared: false })
    // What is kept is not what was given to this reader.
    found?.firstChunk?.fill(0)
  }
  return { tenant, id, key: mediaKey(id) }
}

test('from the third GET on, the bytes of a small media item no longer come from Redis', async () => {
  const { key, ...ref } = await hot()
  await redis.hdel(key, '0')
  expect(await store.fetch(ref, 'GET')).toMatchObject({ firstChunk: picture, isShared: true, expireReply: 1 })
})

test('Redis alone says whether it is there and whose it is', async () => {
  const { key, ...ref } = await hot()
  expect(await store.fetch({ ...ref, tenant: uniqueName('globex') }, 'GET')).toBeUndefined()
  await redis.unlink(key)
  expect(await store.fetch(ref, 'GET')).toBeUndefined()
})

test('another content under the same key is what is got', async () => {
  const { key, ...ref } = await hot()
  const other = Buffer.from('other')
  const meta = JSON.parse((await redis.hget(key, 'meta')) ?? '{}')
  const sha256 = createHash('sha256').update(other).digest('hex')
  await redis.hset(key, '0', other, 'meta', JSON.stringify({ ...meta, size: other.length, sha256 }))
  expect(await store.fetch(ref, 'GET')).toMatchObject({ firstChunk: other })
})

test('a media item of several chunks is not kept', async () => {
  const outcome = await store.put(pieces(sampleMedia('application/pdf', 300_000)), { tenant, ttlMs: TTL_MS })
  if (!outcome.ok) throw new Error(outcome.refusal.detail)
  for (let count = 0; count < 3; count++) {
    expect(await store.fetch(outcome.media, 'GET')).toMatchObject({ isShared: false })
  }
})

test('media that come round after many others are not kept', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 65 }, () => store.put(pieces(picture), { tenant, ttlMs: TTL_MS })),
  )
  for (let round = 0; round < 2; round++) {
    for (const outcome of outcomes) {
      if (!outcome.ok) throw new Error(outcome.refusal.detail)
      expect(await store.fetch(outcome.media, 'GET')).toMatchObject({ isShared: false })
    }
  }
})
