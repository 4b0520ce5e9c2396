// Resident memory during 20 downloads and 20 uploads of 100 MB, and the time to the first byte. See README.md.
import { get } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '../../packages/local-stack/src/index.ts'
import { startMediaServerProcess, TENANT, upload, type MediaServerProcess } from './media-server-process.ts'

const MB = 1024 * 1024
const SIZE = 100 * MB
const AT_ONCE = Number(process.env['BENCH_AT_ONCE'] ?? '20')
const PIECE = Buffer.alloc(64 * 1024, 'a document')

const dir = await mkdtemp(join(tmpdir(), 'imchannel-bench-'))
const redis = await startRedis({ dataDir: dir, maxMemory: '8gb', args: ['--appendonly', 'no'] })
const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:1').split(',')
const server = await startMediaServerProcess(redis.url, brokers)

async function* document(size: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('%PDF-1.7\n')
  for (let left = size - 9; left > 0; left -= PIECE.length) yield left < PIECE.length ? PIECE.subarray(0, left) : PIECE
}

/** Runs the work while the server's memory is looked at every 20 ms: MB by which its peak is above where it began. */
async function growth(work: () => Promise<unknown>): Promise<string> {
  const before = server.rss()
  let peak = before
  const timer = setInterval(() => (peak = Math.max(peak, server.rss())), 20)
  const startedAt = performance.now()
  await work()
  clearInterval(timer)
  const seconds = (performance.now() - startedAt) / 1000
  return `${((peak - before) / MB).toFixed(0)} MB above ${(before / MB).toFixed(0)} MB, ${((AT_ONCE * 100) / seconds).toFixed(0)} MB/s`
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
  }).on('error', reject)
  return promise
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

const large = await upload(server, document(SIZE), { type: 'application/pdf', size: SIZE })
const small = await upload(server, document(20_000), { type: 'application/pdf', size: 20_000 })
// What a server needs once (code, pools) is not growth.
await Promise.all([download(server, large), upload(server, document(SIZE), { type: 'application/pdf', size: SIZE })])

for (let round = 1; round <= Number(process.env['BENCH_ROUNDS'] ?? '2'); round += 1) {
  const gets = await growth(async () => {
    const all = await Promise.all(Array.from({ length: AT_ONCE }, async () => download(server, large)))
    if (all.some(({ bytes }) => bytes !== SIZE)) throw new Error('a download is not whole')
  })
  const posts = await growth(async () =>
    Promise.all(
      Array.from({ length: AT_ONCE }, async () =>
        upload(server, document(SIZE), { type: 'application/pdf', size: SIZE }),
      ),
    ),
  )
  const first: { large: number[]; small: number[] } = { large: [], small: [] }
  for (let index = 0; index < 41; index += 1) {
    first.small.push((await download(server, small)).firstByteMs)
    first.large.push((await download(server, large)).firstByteMs)
  }
  const ratio = median(first.large) / median(first.small)
  console.log(`round ${round}: ${AT_ONCE} GETs ${gets}; ${AT_ONCE} uploads ${posts}`)
  console.log(
    `  first byte: 20 kB ${median(first.small).toFixed(2)} ms, 100 MB ${median(first.large).toFixed(2)} ms, ratio ${ratio.toFixed(2)}`,
  )
}
await server.stop()
await redis.kill()
await rm(dir, { recursive: true, force: true })
