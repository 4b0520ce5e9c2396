import * as fc from 'fast-check'
import type { RawAttack, Target } from './attack.ts'

const body = '{"results":[]}'

/** Framings that two servers in a row could read in two ways: they have to be refused, not guessed. */
const ambiguous = [
  `Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
  `Content-Length: 4\r\nContent-Length: 5\r\n\r\n11111`,
  `Content-Length: +4\r\n\r\nnull`,
  `Content-Length: 4, 4\r\n\r\nnull`,
  `Content-Length: 0x4\r\n\r\nnull`,
  `Content-Length: -1\r\n\r\nnull`,
  `Content-Length: 99999999999999999999\r\n\r\nnull`,
  `Content-Length : 4\r\n\r\nnull`,
  `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\nzz\r\nnull\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\n-1\r\nnull\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nnull\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\n4\r\nnull1111\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\n4\nnull\n0\n\n`,
  `X: a\nContent-Length: 4\n\nnull`,
  `X: a\r\n folded: b\r\nContent-Length: 4\r\n\r\nnull`,
  `X\r\nContent-Length: 4\r\n\r\nnull`,
  `X: \u0000\r\nContent-Length: 4\r\n\r\nnull`,
]

/** What is odd and may be answered in any way that is no failure. */
const odd = [
  `Content-Length: 4\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\n5;${'x'.repeat(20_000)}\r\n11111\r\n0\r\n\r\n`,
  `Transfer-Encoding: chunked\r\n\r\n0\r\n${'T: 1\r\n'.repeat(3_000)}\r\n`,
  `X: ${'x'.repeat(20_000)}\r\n\r\n`,
  `${'X: 1\r\n'.repeat(3_000)}\r\n`,
  `Host: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n`,
  `Connection: close, keep-alive, upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n`,
  `Expect: 100-continue\r\nExpect: tea\r\n\r\n`,
  `Trailer: Content-Length\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 9\r\n\r\n`,
]
const firstLines = [
  'POST /acme/imchannel/webhook HTTP/1.1',
  'POST /acme/imchannel/media HTTP/1.1',
  'GET /livez HTTP/1.1',
  'POST http://inner/acme/imchannel/webhook HTTP/1.1',
  'GET /livez HTTP/1.0',
]
const strangeLines = [
  'GET /livez',
  'GET  /livez HTTP/1.1',
  'GET /livez HTTP/9.9',
  'get /livez HTTP/1.1',
  'CONNECT inner:22 HTTP/1.1',
  'PRI * HTTP/2.0',
  'OPTIONS * HTTP/1.1',
  '\u0016\u0003\u0001\u0002\u0000\u0001',
  `GET /${'a'.repeat(20_000)} HTTP/1.1`,
  'GET /\u00ff\u0000 HTTP/1.1',
  '',
]

/** Bytes on a connection, in one piece or in many, and now and then several requests at once. */
export function rawAttacks(targets: readonly Target[]): fc.Arbitrary<RawAttack> {
  const refused = fc
    .constantFrom(...ambiguous)
    // To who needs no credentials and takes every JSON: nothing but the framing is a reason to refuse.
    .map((rest) => ({ text: `POST /open/imchannel/webhook HTTP/1.1\r\nHost: x\r\n${rest}`, mustRefuse: true }))
  const strange = fc
    .tuple(
      fc.constantFrom(...firstLines, ...strangeLines),
      fc.constantFrom(...odd, ...ambiguous),
      fc.integer({ min: 1, max: 20 }),
    )
    .map(([line, rest, times]) => ({ text: `${line}\r\nHost: x\r\n${rest}`.repeat(times), mustRefuse: false }))
  const damaged = fc
    .tuple(
      fc.constantFrom(...firstLines),
      fc.array(fc.tuple(fc.nat({ max: 120 }), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    )
    .map(([line, changes]) => {
      const bytes = Buffer.from(
        `${line}\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      return { text: bytes.toString('latin1'), mustRefuse: false }
    })
  const noise = fc
    .uint8Array({ minLength: 1, maxLength: 400 })
    .map((bytes) => ({ text: Buffer.from(bytes).toString('latin1'), mustRefuse: false }))
  return fc
    .tuple(
      fc.oneof(refused, strange, damaged, noise),
      fc.constantFrom(...targets),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    )
    .map(([{ text, mustRefuse }, target, cuts]) => ({
      kind: 'raw',
      target: mustRefuse ? 'ingress' : target,
      mustRefuse,
      pieces: split(Buffer.from(text, 'latin1'), cuts),
    }))
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).flatMap((end, index) => {
    const piece = bytes.subarray(places[index], end)
    return piece.length === 0 ? [] : [piece]
  })
}
