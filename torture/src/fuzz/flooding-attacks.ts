import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import type { RawAttack } from './attack.ts'
import { BODY_LIMIT, SECRETS } from './settings.ts'

const basic = `Basic ${Buffer.from(`infobip:${SECRETS.password}`).toString('base64')}`

/** What costs its sender little and the server much: many chunks, results of no size, bombs, bodies that stop in the middle. */
export function floodingAttacks(): fc.Arbitrary<RawAttack> {
  const tenants = fc.constantFrom('signed', 'acme', 'open')
  const addresses = fc.integer({ min: 1, max: 250 }).map((last) => `198.51.100.${last}`)
  const bodies = fc.oneof(
    fc.integer({ min: 1_000, max: 60_000 }).map((count) => chunked('1\r\nx\r\n'.repeat(count))),
    fc.integer({ min: 10_000, max: BODY_LIMIT / 2 - 20 }).map((count) => whole(gzipSync(zeros(count)))),
    fc.integer({ min: 1, max: 20 }).map((times) => whole(gzipSync(Buffer.alloc(times * BODY_LIMIT, ' ')))),
    fc.integer({ min: 0, max: BODY_LIMIT - 1 }).map((length) => stalled(length)),
  )
  return fc.tuple(tenants, addresses, bodies).map(([tenant, address, { headers, body, stalls }]) => {
    // A known sender has all the time that the server gives a request, which is longer than anybody waits here.
    const head = [
      `POST /${stalls ? 'signed' : tenant}/imchannel/webhook HTTP/1.1`,
      'Host: x',
      'Connection: close',
      'Content-Type: application/json',
      `Authorization: ${basic}`,
      `X-Signature: ${'0'.repeat(64)}`,
      `X-Forwarded-For: ${address}`,
      ...headers,
    ]
    const pieces = [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]
    return { kind: 'raw', target: 'ingress', mustRefuse: false, stalls, pieces }
  })
}

interface Body {
  readonly headers: readonly string[]
  readonly body: Buffer
  readonly stalls: boolean
}

function chunked(chunks: string): Body {
  return { headers: ['Transfer-Encoding: chunked'], body: Buffer.from(`${chunks}0\r\n\r\n`), stalls: false }
}

function whole(body: Buffer): Body {
  return { headers: [`Content-Length: ${body.length}`, 'Content-Encoding: gzip'], body, stalls: false }
}

function stalled(length: number): Body {
  return { headers: [`Content-Length: ${length + 1}`], body: Buffer.alloc(length, ' '), stalls: true }
}

function zeros(count: number): string {
  return `{"results":[${'0,'.repeat(count)}0]}`
}
