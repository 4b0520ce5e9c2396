import { createHmac } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import type { HttpAttack } from './attack.ts'
import { hostileHeaders, mostly } from './hostile-headers.ts'
import { hostileJson } from './hostile-json.ts'
import { hostilePath } from './hostile-path.ts'
import { BODY_LIMIT, SECRETS } from './settings.ts'

// Mostly those that are let in: an attack that is turned away at the door finds nothing behind it.
const tenants = ['acme', 'acme', 'acme', 'open', 'open', 'open', 'signed', 'bearer', 'header', 'nobody']
const paths = tenants.flatMap((tenant) =>
  ['onMessage', 'onDeliveryReport', 'onSeenReport', 'webhook'].map((path) => `/${tenant}/imchannel/${path}`),
)
const basic = `Basic ${Buffer.from(`infobip:${SECRETS.password}`).toString('base64')}`

/** Webhooks as Infobip writes them, changed in every part. */
export function ingressAttacks(webhooks: readonly string[]): fc.Arbitrary<HttpAttack> {
  const bodies = fc.oneof(
    { weight: 30, arbitrary: hostileJson(webhooks) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', ' ', 'null', '[]', '{"results":[]}', '\ufeff{}').map((text) => Buffer.from(text)),
    },
    // Around the limit, and what becomes larger than it.
    { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }).map((more) => Buffer.alloc(BODY_LIMIT + more, ' ')) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 1, max: 200_000 })
        .map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
    },
  )
  return fc
    .record({
      method: fc.oneof(
        { weight: 20, arbitrary: fc.constant('POST') },
        { weight: 1, arbitrary: fc.constantFrom('GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH') },
      ),
      path: hostilePath(paths),
      body: bodies,
      headers: hostileHeaders({
        authorization: fc.oneof(
          mostly(basic, [
            `Bearer ${SECRETS.bearer}`,
            'Basic',
            'Basic OnRoZQ==',
            'Basic !!!',
            `basic  ${basic.slice(6)}`,
            'Bearer a.b.c',
          ]),
          fc.constant(`Bearer ${SECRETS.bearer}`),
        ),
        'x-secret': mostly(SECRETS.header, ['', SECRETS.header.toUpperCase()]),
        'content-type': mostly('application/json', [
          'application/x+json;a=b',
          'text/plain',
          'application/json;;',
          'multipart/form-data; boundary=',
        ]),
      }),
      packing: fc.oneof(
        { weight: 10, arbitrary: fc.constant('none' as const) },
        { weight: 1, arbitrary: fc.constantFrom('gzip', 'deflate', 'lie', 'bomb', 'br') },
      ),
      signed: fc.constantFrom('rightly', 'rightly', 'wrongly', 'not'),
      chunked: fc.boolean(),
    })
    .map(({ method, path, body, headers, packing, signed, chunked }) => {
      const packed = pack(body, packing)
      const signature = createHmac('sha256', signed === 'rightly' ? SECRETS.hmac : 'other')
        .update(packed)
        .digest('hex')
      return {
        kind: 'http',
        target: 'ingress',
        method,
        path,
        headers: {
          ...headers,
          ...(packing === 'none'
            ? {}
            : { 'content-encoding': packing === 'lie' || packing === 'bomb' ? 'gzip' : packing }),
          ...(signed === 'not' ? {} : { 'x-signature': signature }),
        },
        body: packed,
        chunked,
      }
    })
}

function pack(body: Buffer, packing: 'none' | 'gzip' | 'deflate' | 'lie' | 'bomb' | 'br'): Buffer {
  switch (packing) {
    case 'gzip':
      return gzipSync(body, { level: 1 })
    case 'deflate':
      return deflateSync(body, { level: 1 })
    case 'bomb':
      return bomb
    case 'none':
    case 'lie':
    case 'br':
      return body
  }
}

/** Twenty times the limit in some kilobytes. */
const bomb = gzipSync(Buffer.alloc(20 * BODY_LIMIT, ' '))
