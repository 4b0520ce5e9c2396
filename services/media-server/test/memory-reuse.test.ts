import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { sampleMedia } from '@imchannel/media-store/samples'
import { createRandom } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMediaServer, type RunningMediaServer } from './start-media-server.ts'

const KIB = 1024
const SIZES = [20, 60, 150, 200, 256, 257, 700, 3_000].map((kib) => kib * KIB)
const OF_EACH = 4
const ROUNDS = 4
const SLOW = 8
const FAST = 120
const AT_ONCE = 16

interface Stored {
  readonly url: string
  readonly size: number
  readonly sha256: string
}

let server: RunningMediaServer
let media: readonly [Stored, ...Stored[]]

beforeAll(async () => {
  server = await startMediaServer()
  const [first, ...others] = await Promise.all(
    Array.from({ length: OF_EACH }, () => SIZES)
      .flat()
      .map(async (size) => {
        // No two have any part in common: bytes of another's chunk would be seen wherever they are.
        const bytes = Buffer.concat([sampleMedia('application/pdf', 64), randomBytes(size - 64)])
        const { id, sha256 } = await server.upload(bytes, 'application/pdf')
        return { url: server.path(`getDocumentMessage/${id}`), size, sha256 }
      }),
  )
  if (first === undefined) throw new Error('nothing is stored')
  media = [first, ...others]
})
afterAll(() => server.stop())

/** The SHA-256 of what came, or how it was cut. */
async function read(response: IncomingMessage): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of response as AsyncIterable<Buffer>) hash.update(piece)
  return hash.digest('hex')
}

async function open(url: string, agent: Agent, headers = {}): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent, headers }), 'response')) as [IncomingMessage] // its one argument
  return response
}

test('whatever becomes of other clients, what comes whole is the medium that was asked for, to the byte', async () => {
  const random = createRandom(20_261_128)
  const kept = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const each = new Agent({ keepAlive: false })
  const seen = { whole: 0, part: 0, cut: 0, unchanged: 0 }

  async function getOne(): Promise<void> {
    const { url, size, sha256 } = random.pick(media)
    const what = random.pick(['whole', 'whole', 'cut', 'part', 'unchanged'] as const)
    if (what === 'cut') {
      const response = await open(url, each)
      const after = random.between(0, Math.floor(size / 2))
      let bytes = 0
      for await (const piece of response as AsyncIterable<Buffer>) if ((bytes += piece.length) > after) break
      response.destroy()
    } else if (what === 'whole') {
      expect(await read(await open(url, kept))).toBe(sha256)
    } else if (what === 'part') {
      const start = random.between(1, size - 1)
      const [before, after] = await Promise.all([
        open(url, kept, { range: `bytes=0-${start - 1}` }),
        open(url, each, { range: `bytes=${start}-` }),
      ])
      const hash = createHash('sha256')
      for (const half of [before, after]) for await (const piece of half as AsyncIterable<Buffer>) hash.update(piece)
      expect(hash.digest('hex')).toBe(sha256)
    } else {
      const response = await open(url, kept, { 'if-none-match': '*' })
      response.resume()
      expect(response.statusCode).toBe(304)
    }
    seen[what]++
  }

  for (let round = 0; round < ROUNDS; round++) {
    // Their bytes are with the server while it serves the others, until the system takes them.
    const slow = await Promise.all(
      Array.from({ length: SLOW }, async () => {
        const medium = random.pick(media)
        return { medium, response: await open(medium.url, each) }
      }),
    )
    let left = FAST
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0) await getOne()
      }),
    )
    for (const { medium, response } of slow) expect(await read(response)).toBe(medium.sha256)
  }
  expect(seen).toSatisfy((counts: typeof seen) => Object.values(counts).every((count) => count > 40))
  kept.destroy()
})
