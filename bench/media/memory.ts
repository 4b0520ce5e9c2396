// Resident memory during 20 downloads and 20 uploads of 100 MB, and the time to the first byte. See README.md.
import { get } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '../../packages/local-stack/src/index.ts'
import { createMediaStore } from '../../packages/media-store/src/index.ts'
import { createRedis } from '../../packages/redis/src/index.ts'
import { startMediaServerProcess, TENANT, upload, type MediaServerProcess } from './media-server-process.ts'

const MB = 1024 * 1024
const SIZE = Number(process.env['BENCH_MB'] ?? '100') * MB
const SMALL = 20_000
/** The bounds: MB of growth, and the first byte of a large media item against a small one's. */
const MAX_GROWTH_MB = 64
const MAX_RATIO = 2
const AT_ONCE = Number(process.env['BENCH_AT_ONCE'] ?? '20')
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? '3')
const FLAGS = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean)
const PIECE = Buffer.alloc(64 * 1024, 'a document')

const dir = await mkdtemp(join(tmpdir(), 'imchannel-bench-'))
const redisServer = await startRedis({ dataDir: dir, maxMemory: '8gb', args: ['--appendonly', 'no'] })
const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:1').split(',')
const redis = createRedis({ url: redisServer.url }, { name: 'bench', onError: () => {} })

async function* document(size: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('%PDF-1.7\n')
  for (let left = size - 9; left > 0; left -= PIECE.length) yield left < PIECE.length ? PIECE.subarray(0, left) : PIECE
}

/** Stored by this process: the server under test has seen no large media item before it is measured. */
async function store(size: number): Promise<string> {
  const media = createMediaStore(redis, { ttlAfterFetchMs: () => 3_600_000, budgetBytes: () => undefined })
  const outcome = await media.put(document(size), { tenant: TENANT, ttlMs: 3_600_000 })
  if (!outcome.ok) throw new Error(outcome.refusal.detail)
  return outcome.media.id
}

/** Milliseconds to the first byte of the body, and all of its bytes. */
async function download(on: MediaServerProcess, id: string): Promise<{ firstByteMs: number; bytes: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ firstByteMs: number; bytes: number }>()
  const startedAt = performance.now()
  get(`${on.url}/${TENANT}/imchannel/getDocumentMessage/${id}`, (response) => {
    let firstByteMs = 0
    let bytes = 0
    response.on('data', (piece: Buffer) => {
      if (bytes === 0) firstByteMs = performance.now() - startedAt
      bytes += piece.length
    })
    response.on('end', () => resolve({ firstByteMs, bytes }))
    response.on('error', reject)
  }).on('error', reject)
  return promise
}

async function downloadLarge(server: MediaServerProcess): Promise<void> {
  if ((await download(server, large)).bytes !== SIZE) throw new Error('a download is not whole')
}

async function uploadLarge(server: MediaServerProcess): Promise<void> {
  const id = await upload(server, document(SIZE), { type: 'application/pdf', size: SIZE })
  await redis.unlink(`IMChannel:MultimediaMessage:${id}`)
}

/**
 * A server that has just started and handled one small media item: code is loaded, connections are open, nothing large has
 * passed. From there on the kernel's own high-water mark of its resident memory is read, which misses no peak.
 */
async function growth(name: string, work: (server: MediaServerProcess) => Promise<unknown>): Promise<void> {
  const server = await startMediaServerProcess(redisServer.url, brokers, FLAGS)
  const warm = await upload(server, document(SMALL), { type: 'application/pdf', size: SMALL })
  for (let index = 0; index < 20; index += 1) await download(server, warm)
  const before = server.rss()
  for (let round = 1; round <= ROUNDS; round += 1) {
    server.resetPeak()
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: AT_ONCE }, async () => work(server)))
    const seconds = (performance.now() - startedAt) / 1000
    const grown = (server.peakRss() - before) / MB
    const rate = (AT_ONCE * SIZE) / MB / seconds
    hold(grown <= MAX_GROWTH_MB)
    console.log(
      `${AT_ONCE} ${name} of ${SIZE / MB} MB, round ${round}: + ${grown.toFixed(0)} MB above ${(before / MB).toFixed(0)} MB (${rate.toFixed(0)} MB/s)`,
    )
  }
  await server.stop()
}

/** Ends with an error where a bound is broken. */
function hold(kept: boolean): void {
  if (!kept) process.exitCode = 1
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function firstBytes(): Promise<void> {
  const server = await startMediaServerProcess(redisServer.url, brokers, FLAGS)
  const times: { large: number[]; small: number[] } = { large: [], small: [] }
  for (let index = 0; index < 61; index += 1) {
    // Each comes after an unmeasured small one: what 100 MB leave behind in this process is nobody's delay.
    for (const [id, of] of [
      [small, times.small],
      [large, times.large],
    ] as const) {
      await download(server, small)
      of.push((await download(server, id)).firstByteMs)
    }
  }
  const [ofSmall, ofLarge] = [median(times.small), median(times.large)]
  hold(ofLarge <= MAX_RATIO * ofSmall)
  console.log(
    `first byte: 20 kB ${ofSmall.toFixed(2)} ms, 100 MB ${ofLarge.toFixed(2)} ms, ratio ${(ofLarge / ofSmall).toFixed(2)}`,
  )
  await server.stop()
}

const large = await store(SIZE)
const small = await store(SMALL)
const only = process.env['BENCH_ONLY']
if (only === undefined || only === 'gets') await growth('GETs', downloadLarge)
if (only === undefined || only === 'uploads') await growth('uploads', uploadLarge)
if (only === undefined || only === 'first') await firstBytes()
redis.disconnect()
await redisServer.kill()
await rm(dir, { recursive: true, force: true })
