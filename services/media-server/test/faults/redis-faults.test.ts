import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis, type LocalRedis } from '@imchannel/local-stack'
import { mediaKey } from '@imchannel/media-store'
import { sampleMedia } from '@imchannel/media-store/samples'
import { createRedis, type RedisClient } from '@imchannel/redis'
import { createFaultProxy, observe, waitUntil, type FaultProxy } from '@imchannel/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { REDIS_TIMEOUT_MS } from '../../src/config.ts'
import { MEDIA_TOKEN, startMediaServer, type RunningMediaServer } from '../start-media-server.ts'

const MIB = 1024 * 1024
const CHUNK_BYTES = 256 * 1024

let dir: string
let own: LocalRedis
let proxy: FaultProxy
let redis: RedisClient
let server: RunningMediaServer

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'imchannel-faults-'))
  // A Redis of its own: what it was asked is counted.
  own = await startRedis({ dataDir: dir, maxMemory: '2gb', args: ['--appendonly', 'no'] })
  proxy = await createFaultProxy({ port: own.port })
  redis = createRedis({ url: own.url }, { name: 'test', onError: () => {} })
  server = await startMediaServer({ redisUrl: `redis://${proxy.address}`, redisTimeoutMs: REDIS_TIMEOUT_MS })
})
afterEach(async () => {
  proxy.heal()
  await waitUntil(async () => (await fetch(`${server.url}/readyz`)).ok)
})
afterAll(async () => {
  await server.stop()
  redis.disconnect()
  await proxy.close()
  await own.kill()
  await rm(dir, { recursive: true, force: true })
})

function local(url: string): string {
  return url.replace('https://chat.example.com', server.url)
}

/** A GET whose body is read by hand: nothing flows until the reader asks. */
async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(request(local(url)).end(), 'response')) as [IncomingMessage] // the event's one argument
  observe('HTTP answers', response.rawHeaders.join('\n'))
  return response
}

/** Reads to the end: the bytes that came, and whether the server ended as if they were all. */
async function readAll(response: IncomingMessage): Promise<{ bytes: number; complete: boolean }> {
  let bytes = 0
  try {
    for await (const piece of response as AsyncIterable<Buffer>) bytes += piece.length
  } catch {
    return { bytes, complete: false }
  }
  return { bytes, complete: response.complete }
}

test.each([
  ['away', () => proxy.cut()],
  ['frozen', () => proxy.freeze()],
])('with Redis %s every request is 503 within the client’s patience, and fine once it is back', async (_, fail) => {
  const { id, url } = await server.upload(sampleMedia('image/png'), 'image/png')
  fail()
  const authorization = `Bearer ${MEDIA_TOKEN}`
  const answers = await Promise.all([
    fetch(local(url)),
    fetch(local(url), { method: 'HEAD' }),
    fetch(server.path('media'), {
      method: 'POST',
      headers: { authorization },
      body: new Uint8Array(sampleMedia('image/png')),
    }),
    fetch(server.path(`media/${id}`), { method: 'DELETE', headers: { authorization } }),
    fetch(`${server.url}/readyz`),
  ])
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
  expect(answers.slice(0, 4).map(({ headers }) => headers.get('retry-after'))).toEqual(['5', '5', '5', '5'])
  expect((await fetch(`${server.url}/livez`)).status).toBe(200)
  proxy.heal()
  await waitUntil(async () => (await fetch(local(url))).ok)
})

test.each([
  ['stops', () => proxy.cut()],
  ['freezes', () => proxy.freeze()],
])('when Redis %s in mid-stream the connection is cut, never ended as if whole', async (_, fail) => {
  const { url } = await server.upload(sampleMedia('application/pdf', 50 * MIB), 'application/pdf')
  const response = await open(url)
  fail()
  const { bytes, complete } = await readAll(response)
  expect(complete).toBe(false)
  expect(bytes).toBeLessThan(50 * MIB)
})

test('when the media expires in mid-stream the connection is cut', async () => {
  const { id, url } = await server.upload(sampleMedia('application/pdf', 50 * MIB), 'application/pdf')
  const response = await open(url)
  await redis.pexpire(mediaKey(id), 1)
  const { bytes, complete } = await readAll(response)
  expect([complete, bytes < 50 * MIB]).toEqual([false, true])
  await expect.poll(() => server.lines.filter((line) => line.includes('gone')).length).toBeGreaterThan(0)
})

test('when the client leaves in mid-download Redis is no longer read, and the expiry stays as it was', async () => {
  const { id, url } = await server.upload(sampleMedia('application/pdf', 80 * MIB), 'application/pdf')
  await redis.pexpire(mediaKey(id), 3_600_000)
  const before = await chunksRead()
  const response = await open(url)
  response.destroy()
  const line = `[IMCHANNEL] [onGetDocumentMessage] Set expire for key [${mediaKey(id)}] 1`
  await waitUntil(() => server.lines.includes(line))
  expect(await redis.pttl(mediaKey(id))).toBeLessThanOrEqual(3_600_000)
  // What the sockets between us hold is far less than what was never asked for.
  const read = await chunksRead()
  expect(read - before).toBeLessThan((80 * MIB) / CHUNK_BYTES)
})

test('a slow reader gets all of it, and Redis is asked only as fast as it reads', async () => {
  const size = 60 * MIB
  const { url } = await server.upload(sampleMedia('application/pdf', size), 'application/pdf')
  const before = await chunksRead()
  const response = await open(url)
  response.pause()
  // Until no more is being read: the socket buffers of both sides are full.
  let last = before
  await waitUntil(async () => {
    await sleep(100)
    const seen = last
    last = await chunksRead()
    return last > before && last === seen
  })
  expect(last - before).toBeLessThan(size / CHUNK_BYTES)
  expect(await readAll(response)).toEqual({ bytes: size, complete: true })
})

test('an upload that is cut leaves nothing', async () => {
  const before = await redis.keys(mediaKey('*'))
  const upload = request(server.path('media'), {
    method: 'POST',
    headers: { authorization: `Bearer ${MEDIA_TOKEN}`, 'content-type': 'application/pdf', 'content-length': 10 * MIB },
  })
  upload.on('error', () => {})
  upload.write(sampleMedia('application/pdf', 3 * MIB))
  const filling = await waitUntil(async () => (await fillingKeys())[0])
  upload.destroy()
  await waitUntil(async () => (await redis.exists(filling)) === 0)
  await expect.poll(() => server.lines.some((line) => line.includes('Upload given up'))).toBe(true)
  expect((await redis.keys(mediaKey('*'))).sort()).toEqual(before.sort())
})

test('an upload meets back-pressure: what Redis does not take is not read', async () => {
  const size = 90 * MIB
  const upload = request(server.path('media'), {
    method: 'POST',
    headers: { authorization: `Bearer ${MEDIA_TOKEN}`, 'content-type': 'application/pdf', 'content-length': size },
  })
  upload.on('error', () => {})
  proxy.delay(50)
  const body = sampleMedia('application/pdf', size)
  upload.write(body.subarray(0, size / 2))
  upload.end(body.subarray(size / 2))
  await waitUntil(async () => (await fillingKeys())[0])
  // The sender still holds most of it: the server has not taken it into memory.
  expect(upload.writableLength + (upload.socket?.writableLength ?? 0)).toBeGreaterThan(size / 2)
  proxy.heal()
  const [response] = (await once(upload, 'response')) as [IncomingMessage] // the event's one argument
  response.resume()
  expect(response.statusCode).toBe(201)
})

/** Chunks that were read so far, by Redis's own count: nobody else uses this Redis. */
async function chunksRead(): Promise<number> {
  return Number(/cmdstat_hget:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0)
}

/** Keys of media that are still being filled. */
async function fillingKeys(): Promise<string[]> {
  const keys = await redis.keys(mediaKey('*'))
  const filling = await Promise.all(keys.map(async (key) => ((await redis.hexists(key, 'meta')) === 0 ? [key] : [])))
  return filling.flat()
}
