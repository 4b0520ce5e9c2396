import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { CHUNK_BYTES } from '@imchannel/media-store'
import { collect, sampleMedia } from '@imchannel/media-store/samples'
import { createRandom } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMediaServer, type RunningMediaServer } from './start-media-server.ts'

const KIB = 1024
/** More pictures than the server notices to come again: those that it keeps in memory give nothing back. */
const PICTURES = 80
const SIZES = [
  ...Array.from({ length: PICTURES / 4 }, () => [20, 60, 200, 256]).flat(),
  ...Array.from({ length: 4 }, () => [257, 700, 3_000]).flat(),
].map((kib) => kib * KIB)
const ROUNDS = 4
const SLOW = 8
const FAST = 120
const AT_ONCE = 16
const IN_ONE_GO = 24

interface Stored {
  readonly url: string
  readonly size: number
  readonly sha256: string
}

let server: RunningMediaServer
let media: readonly Stored[]

beforeAll(async () => {
  server = await startMediaServer()
  media = await Promise.all(
    SIZES.map(async (size) => {
      // No two have any part in common: bytes of another's chunk would be seen wherever they are.
      const bytes = Buffer.concat([sampleMedia('application/pdf', 64), randomBytes(size - 64)])
      const { id, sha256 } = await server.upload(bytes, 'application/pdf')
      return { url: server.path(`getDocumentMessage/${id}`), size, sha256 }
    }),
  )
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

/** Asks for many in one go and reads nothing, until it is told to: most of them wait in the server for their turn. */
function askInOneGo(wanted: readonly Stored[]): { read(): Promise<string[]> } {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname).pause()
  const requests = wanted.map(({ url }) => `GET ${new URL(url).pathname} HTTP/1.1\r\nHost: ${hostname}\r\n`)
  socket.write(`${requests.join('\r\n')}Connection: close\r\n\r\n`)
  return {
    async read() {
      const all = await collect(socket)
      let at = 0
      return wanted.map(({ size }) => {
        const body = all.indexOf('\r\n\r\n', at) + 4
        at = body + size
        return createHash('sha256').update(all.subarray(body, at)).digest('hex')
      })
    },
  }
}

test('whatever becomes of other clients, what comes whole is the media that was asked for, to the byte', async () => {
  const random = createRandom(20_261_128)
  const kept = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const each = new Agent({ keepAlive: false })
  let turn = 0
  /** Each in turn; one of them again and again. */
  const choose = (among = media): Stored => {
    const media = among[random.next() < 0.1 ? 0 : turn++ % among.length]
    if (media === undefined) throw new Error('nothing is stored')
    return media
  }
  const seen = { whole: 0, part: 0, cut: 0, unchanged: 0 }

  async function getOne(): Promise<void> {
    const { url, size, sha256 } = choose()
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
        const media = choose()
        return { media, response: await open(media.url, each) }
      }),
    )
    const small = media.filter(({ size }) => size <= CHUNK_BYTES)
    const many = Array.from({ length: IN_ONE_GO }, () => choose(small))
    const inOneGo = askInOneGo(many)
    let left = FAST
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0) await getOne()
      }),
    )
    for (const { media, response } of slow) expect(await read(response)).toBe(media.sha256)
    expect(await inOneGo.read()).toEqual(many.map(({ sha256 }) => sha256))
  }
  expect(seen).toSatisfy((counts: typeof seen) => Object.values(counts).every((count) => count > 40))
  kept.destroy()
})
