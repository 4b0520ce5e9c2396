import { createHash, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { testStack, uniqueName } from '@imchannel/testkit'
import {
  mediaKey,
  MediaVanishedError,
  type MediaExpectation,
  type MediaKind,
  type MediaItem,
} from '@imchannel/media-store'
import { afterAll, describe, expect, test } from 'vitest'
import { collect, pieces, sampleMedia, webp } from './sample-media.ts'
import { HOUR_MS, storeOn, TTL_MS } from './store-on-redis.ts'

const CHUNK = 256 * 1024
const KIB = 1024
const MIB = 1024 * KIB

const redis = new Redis(testStack().redisUrl)
const store = storeOn(redis, Number.MAX_SAFE_INTEGER)
const tenant = uniqueName('acme')

afterAll(() => redis.disconnect())

async function put(bytes: Uint8Array, expectation: Partial<MediaExpectation> = {}): Promise<MediaItem> {
  const outcome = await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS, ...expectation })
  if (!outcome.ok) throw new Error(outcome.refusal.detail)
  return outcome.media
}

async function refusalOf(bytes: Uint8Array, expectation: Partial<MediaExpectation> = {}): Promise<string> {
  const outcome = await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS, ...expectation })
  return outcome.ok ? 'none' : outcome.refusal.reason
}

function expectCloseTo(actualMs: number, expectedMs: number): void {
  // A minute is far more than a test takes and far less than any two expiries differ.
  expect(Math.abs(actualMs - expectedMs)).toBeLessThan(60_000)
}

describe('a media item in Redis', () => {
  test('is one hash of meta and chunks of 256 KiB with one expiry', async () => {
    const bytes = sampleMedia('application/pdf', 2 * CHUNK + 5)
    const media = await put(bytes, { filename: 'a.pdf' })
    const key = mediaKey(media.id)
    expect((await redis.hkeys(key)).sort()).toEqual(['0', '1', '2', 'meta'])
    expect(await Promise.all(['0', '1', '2'].map(async (field) => redis.hstrlen(key, field)))).toEqual([
      CHUNK,
      CHUNK,
      5,
    ])
    expectCloseTo(await redis.pttl(key), TTL_MS)
    expect(media).toMatchObject({
      tenant,
      kind: 'document',
      contentType: 'application/pdf',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      filename: 'a.pdf',
      commandIds: [],
    })
    expect(await store.head({ tenant, id: media.id })).toEqual(media)
  })

  test.each([1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, MIB + 17])(
    'of %i bytes is read as it was written',
    async (size) => {
      const bytes = Buffer.alloc(size, 'some bytes that are no multiple of a chunk')
      const media = await put(bytes, { contentType: 'text/plain' })
      expect((await collect(store.read(media, { start: 0, end: size - 1 }))).equals(bytes)).toBe(true)
    },
  )

  test.each([
    [0, 0],
    [0, CHUNK - 1],
    [CHUNK - 1, CHUNK],
    [CHUNK, 2 * CHUNK - 1],
    [5, 2 * CHUNK + 4],
    [2 * CHUNK + 4, 2 * CHUNK + 4],
  ])('gives the bytes %i to %i', async (start, end) => {
    const bytes = Buffer.alloc(2 * CHUNK + 5, 'range')
    const media = await put(bytes, { contentType: 'text/plain' })
    expect((await collect(store.read(media, { start, end }))).equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  test('is nobody else’s', async () => {
    const { id } = await put(sampleMedia('image/jpeg'))
    const other = { tenant: uniqueName('other'), id }
    expect(await store.head(other)).toBeUndefined()
    expect(await store.fetch(other, 'GET')).toBeUndefined()
    expect(await store.fetch(other, 'HEAD')).toBeUndefined()
    expect(await store.useFor(other, { commandId: 'c' })).toBeUndefined()
    expect(await store.touch(other, true)).toBe(0)
    expect(await store.remove(other)).toBe(false)
    expect(await store.head({ tenant, id })).toBeDefined()
  })

  test.each(['', 'x', '*', '../x', randomUUID(), randomUUID().toUpperCase()])('is not there under %j', async (id) => {
    expect(await store.head({ tenant, id })).toBeUndefined()
    expect(await store.fetch({ tenant, id }, 'GET')).toBeUndefined()
  })

  test('ends at once when it is removed', async () => {
    const { id } = await put(sampleMedia('image/jpeg'))
    expect(await store.remove({ tenant, id })).toBe(true)
    expect(await redis.exists(mediaKey(id))).toBe(0)
    expect(await store.remove({ tenant, id })).toBe(false)
  })

  test('without meta is none', async () => {
    const id = randomUUID()
    await redis.multi().hset(mediaKey(id), '0', 'bytes').pexpire(mediaKey(id), 60_000).exec()
    expect(await store.head({ tenant, id })).toBeUndefined()
    expect(await store.fetch({ tenant, id }, 'GET')).toBeUndefined()
  })

  test('of a later format is left alone', async () => {
    const id = randomUUID()
    await redis
      .multi()
      .hset(mediaKey(id), 'meta', JSON.stringify({ format: 2, tenant }))
      .pexpire(mediaKey(id), 60_000)
      .exec()
    expect(await store.head({ tenant, id })).toBeUndefined()
  })
})

function sticker(animated: boolean, size: number): Buffer {
  const file = Buffer.alloc(size)
  webp({ width: 512, height: 512, animated }).copy(file)
  return file
}

describe('the limits of WhatsApp', () => {
  const cases: [string, MediaKind, number, (size: number) => Buffer][] = [
    ['image/jpeg', 'image', 5 * MIB, (size) => sampleMedia('image/jpeg', size)],
    ['image/png', 'image', 5 * MIB, (size) => sampleMedia('image/png', size)],
    ['audio/aac', 'audio', 16 * MIB, (size) => sampleMedia('audio/aac', size)],
    ['audio/amr', 'audio', 16 * MIB, (size) => sampleMedia('audio/amr', size)],
    ['audio/mpeg', 'audio', 16 * MIB, (size) => sampleMedia('audio/mpeg', size)],
    ['audio/mp4', 'audio', 16 * MIB, (size) => sampleMedia('audio/mp4', size)],
    ['audio/ogg', 'audio', 16 * MIB, (size) => sampleMedia('audio/ogg; codecs=opus', size)],
    ['video/mp4', 'video', 16 * MIB, (size) => sampleMedia('video/mp4', size)],
    ['video/3gpp', 'video', 16 * MIB, (size) => sampleMedia('video/3gpp', size)],
    ['application/pdf', 'document', 100 * MIB, (size) => sampleMedia('application/pdf', size)],
    ['image/webp', 'sticker', 100 * KIB, (size) => sticker(false, size)],
    ['image/webp', 'sticker', 500 * KIB, (size) => sticker(true, size)],
  ]

  test.each(cases)('take %s as %s of %i bytes and not one more', async (contentType, kind, limit, make) => {
    const media = await put(make(limit), { contentType })
    expect(media).toMatchObject({ kind, size: limit })
    await store.remove(media)
    expect(await refusalOf(make(limit + 1), { contentType })).toBe('too-large')
  })

  test('hold before the first byte when the size is known', async () => {
    const source = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('was read')) }) }
    const size = 5 * MIB + 1
    expect(await store.put(source, { tenant, ttlMs: TTL_MS, contentType: 'image/png', size })).toMatchObject({
      refusal: { reason: 'too-large' },
    })
  })

  test.each([
    ['GIF as image', sampleMedia('image/gif'), 'image/gif', undefined, 'unsupported-type'],
    ['WAV as audio', sampleMedia('audio/wav'), 'audio/wav', undefined, 'unsupported-type'],
    ['WebM as video', sampleMedia('video/webm'), 'video/webm', undefined, 'unsupported-type'],
    ['a JPEG sent as video', sampleMedia('image/jpeg'), 'image/jpeg', 'video', 'unsupported-type'],
    ['a JPEG declared as PNG', sampleMedia('image/jpeg'), 'image/png', undefined, 'type-mismatch'],
    [
      'a sticker of other pixels',
      webp({ width: 511, height: 512, animated: false }),
      'image/webp',
      undefined,
      'bad-sticker',
    ],
    ['nothing', Buffer.alloc(0), 'image/png', undefined, 'empty'],
  ] as const)('refuse %s', async (_, bytes, contentType, kind, reason) => {
    expect(await refusalOf(bytes, { contentType, kind })).toBe(reason)
  })

  test('take as a document what is asked to be one', async () => {
    expect(await put(sampleMedia('image/gif'), { contentType: 'image/gif', kind: 'document' })).toMatchObject({
      kind: 'document',
    })
  })
})

describe('the life of a media item', () => {
  test('is never shortened by a HEAD, and longer by one near its end', async () => {
    const media = await put(sampleMedia('image/jpeg'))
    const key = mediaKey(media.id)
    expect(await store.fetch(media, 'HEAD')).toMatchObject({ expireReply: 1 })
    expectCloseTo(await redis.pttl(key), TTL_MS)
    await redis.pexpire(key, HOUR_MS)
    expect(await store.fetch(media, 'HEAD')).toMatchObject({ expireReply: 1 })
    expectCloseTo(await redis.pttl(key), 24 * HOUR_MS)
  })

  test('is longer after the whole of a small media item was got', async () => {
    const media = await put(sampleMedia('image/jpeg'))
    await redis.pexpire(mediaKey(media.id), HOUR_MS)
    const fetched = await store.fetch(media, 'GET')
    expect(fetched?.expireReply).toBe(1)
    expect(fetched?.firstChunk).toHaveLength(media.size)
    expectCloseTo(await redis.pttl(mediaKey(media.id)), 24 * HOUR_MS)
  })

  test('stays as it is when a GET of a large one begins, and is longer when it is complete', async () => {
    const media = await put(sampleMedia('application/pdf', CHUNK + 1))
    await redis.pexpire(mediaKey(media.id), HOUR_MS)
    expect(await store.fetch(media, 'GET')).toMatchObject({ expireReply: 1 })
    expect(await store.touch(media, false)).toBe(1)
    expectCloseTo(await redis.pttl(mediaKey(media.id)), HOUR_MS)
    expect(await store.touch(media, true)).toBe(1)
    expectCloseTo(await redis.pttl(mediaKey(media.id)), 24 * HOUR_MS)
  })

  test('reaches 48 h beyond each command that uses it', async () => {
    const media = await put(sampleMedia('image/jpeg'), { ttlMs: HOUR_MS })
    const key = mediaKey(media.id)
    await store.useFor(media, { commandId: 'now' })
    expectCloseTo(await redis.pttl(key), 48 * HOUR_MS)
    await store.useFor(media, { commandId: 'later', sendAt: Date.now() + 100 * HOUR_MS })
    expectCloseTo(await redis.pttl(key), 148 * HOUR_MS)
    await store.useFor(media, { commandId: 'sooner', sendAt: Date.now() + HOUR_MS })
    expectCloseTo(await redis.pttl(key), 148 * HOUR_MS)
  })

  test('remembers who used it, once each and the latest last, with the trace of the latest', async () => {
    const media = await put(sampleMedia('image/jpeg'))
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await store.useFor(media, { commandId: 'a\n"b"', traceparent, conversation: 'acme:1:2' })
    await store.useFor(media, { commandId: 'c' })
    const used = await store.useFor(media, { commandId: 'a\n"b"', traceparent, conversation: 'acme:1:2' })
    expect(used).toMatchObject({ commandIds: ['c', 'a\n"b"'], traceparent, conversation: 'acme:1:2' })
    expect((await store.fetch(media, 'GET'))?.media).toEqual(used)
    expect(await store.useFor(media, { commandId: 'd' })).not.toHaveProperty('traceparent')
  })

  test('remembers the last hundred commands', async () => {
    const media = await put(sampleMedia('image/jpeg'))
    const ids = Array.from({ length: 130 }, (_, index) => `command-${index}`)
    for (const commandId of ids) await store.useFor(media, { commandId })
    expect((await store.head(media))?.commandIds).toEqual(ids.slice(30))
  })

  test('answers 0 to a touch once it has ended', async () => {
    const media = await put(sampleMedia('image/jpeg'))
    await redis.unlink(mediaKey(media.id))
    expect(await store.touch(media, true)).toBe(0)
    expect(await redis.exists(mediaKey(media.id))).toBe(0)
  })
})

test.each([
  ['gone', async (key: string) => redis.unlink(key)],
  ['without one chunk', async (key: string) => redis.hdel(key, '2')],
  ['with a chunk cut short', async (key: string) => redis.hset(key, '2', 'short')],
])('a media item that is %s in mid-read is an error, not an end', async (_, damage) => {
  const media = await put(sampleMedia('application/pdf', 4 * CHUNK))
  const reading = store.read(media, { start: 0, end: media.size - 1 })
  await reading.next()
  await damage(mediaKey(media.id))
  await expect(collect(reading)).rejects.toThrow(MediaVanishedError)
})

async function* cut(): AsyncGenerator<Uint8Array> {
  yield* pieces(sampleMedia('application/pdf', 3 * CHUNK))
  throw new Error('the client left')
}

test('an upload that breaks off leaves nothing and tells why', async () => {
  const id = randomUUID()
  await expect(store.put(cut(), { tenant, ttlMs: TTL_MS, id })).rejects.toThrow('the client left')
  await expect.poll(async () => redis.exists(mediaKey(id))).toBe(0)
})

test('a filling media has a short expiry, so that a crash leaves nothing for long', async () => {
  const id = randomUUID()
  const { promise: goOn, resolve } = Promise.withResolvers<void>()
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield* pieces(sampleMedia('application/pdf', 3 * CHUNK))
    await goOn
  }
  const putting = store.put(slow(), { tenant, ttlMs: TTL_MS, id })
  await expect.poll(async () => redis.hlen(mediaKey(id))).toBeGreaterThan(1)
  expect(await redis.pttl(mediaKey(id))).toBeLessThanOrEqual(60_000)
  expect(await store.head({ tenant, id })).toBeUndefined()
  resolve()
  expect(await putting).toMatchObject({ ok: true })
})

test('a filling that expired in between never becomes a media item', async () => {
  const id = randomUUID()
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield* pieces(sampleMedia('application/pdf', 3 * CHUNK))
    await expect.poll(async () => redis.hlen(mediaKey(id))).toBeGreaterThan(1)
    await redis.unlink(mediaKey(id))
    yield Buffer.alloc(10)
  }
  await expect(store.put(slow(), { tenant, ttlMs: TTL_MS, id })).rejects.toThrow('went away')
  await expect.poll(async () => redis.exists(mediaKey(id))).toBe(0)
})
