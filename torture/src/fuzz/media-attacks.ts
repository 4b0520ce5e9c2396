import * as fc from 'fast-check'
import type { HttpAttack } from './attack.ts'
import { hostileHeaders, mostly } from './hostile-headers.ts'
import { hostilePath } from './hostile-path.ts'
import { SECRETS } from './settings.ts'

/** First bytes of what is taken and of what is not, with the type that tells the truth of them. */
const beginnings = [
  ['image/png', '89504e470d0a1a0a0000000d494844520000000100000001'],
  ['image/jpeg', 'ffd8ffe000104a46494600'],
  ['application/pdf', '255044462d312e370a'],
  ['image/webp', '52494646ffffffff57454250565038'],
  ['audio/ogg', '4f67675300020000'],
  ['video/mp4', '000000186674797069736f6d'],
  ['application/zip', '504b0304'],
  ['text/xml', '3c3f786d6c'],
  ['text/plain', '68656c6c6f'],
  ['application/octet-stream', '00'],
] as const
const types = [...beginnings.map(([type]) => type), 'text/html', 'image/', '/', 'image/png; x="', 'IMAGE/PNG;a=b']

export interface KnownMedia {
  readonly ids: readonly string[]
  /** Signed links to customers' media. */
  readonly tokens: readonly string[]
}

/** Readers and uploaders who mean no good. */
export function mediaAttacks({ ids, tokens }: KnownMedia): fc.Arbitrary<HttpAttack> {
  const kinds = ['Image', 'Document', 'Audio', 'Video', 'Sticker']
  const reads = ids.flatMap((id) => kinds.map((kind) => `/acme/imchannel/get${kind}Message/${id}`))
  const others = [
    '/other/imchannel/getImageMessage/' + (ids[0] ?? ''),
    '/acme/imchannel/getImageMessage/00000000-0000-4000-8000-000000000000',
  ]
  const links = tokens.flatMap((token) => [
    `/acme/imchannel/inboundMedia/${token}`,
    `/other/imchannel/inboundMedia/${token}`,
  ])
  const uploads = [
    '',
    '?kind=image',
    '?kind=__proto__',
    '?kind=image&kind=video',
    '?filename=%00%0d%0aX:1',
    '?filename=..%2F..%2Fx',
    `?filename=${'n'.repeat(3_000)}`,
    '?filename[a]=b',
    '?filename=%ED%A0%80.png',
  ].map((query) => `/acme/imchannel/media${query}`)
  const upload = fc
    .record({
      method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'POST', 'POST', 'DELETE', 'PUT'),
      path: hostilePath([
        ...uploads,
        '/other/imchannel/media',
        '/acme/imchannel/media/00000000-0000-4000-8000-000000000000',
      ]),
      sent: fc.tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 2_000 }), fc.nat({ max: 3 })),
    })
    .map(({ sent: [[type, head], rest, honesty], ...request }) => ({
      ...request,
      body: Buffer.concat([Buffer.from(head, 'hex'), rest]),
      own: honesty > 0 ? { 'content-type': type } : {},
    }))
  const read = fc.record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('GET', 'HEAD') },
      { weight: 1, arbitrary: fc.constantFrom('POST', 'DELETE', 'OPTIONS', 'PATCH') },
    ),
    path: fc.oneof(
      { weight: 6, arbitrary: hostilePath([...reads, ...reads, ...others]) },
      { weight: 2, arbitrary: hostilePath(links) },
      { weight: 2, arbitrary: changedLink(tokens) },
    ),
    body: fc.constant(Buffer.alloc(0)),
    own: fc.constant({}),
  })
  const headers = hostileHeaders({
    authorization: mostly(`Bearer ${SECRETS.mediaToken}`, [
      'Bearer',
      `bearer  ${SECRETS.mediaToken} `,
      'Basic OnRoZQ==',
      'Bearer __proto__',
    ]),
    'content-type': fc.constantFrom(...types),
    range: fc.constantFrom(
      'bytes=0-0',
      'bytes=-0',
      'bytes=5-2',
      `bytes=0-${'9'.repeat(400)}`,
      'bytes=0-1,2-3',
      'bytes=a-b',
      'bytes=-',
      `bytes=${'0-0,'.repeat(1_000)}`,
    ),
    'if-none-match': fc.constantFrom('*', '"', 'W/"x"', '"a","b"', '"x",'.repeat(1_000)),
    'if-range': fc.constantFrom('"x"', 'Wed, 21 Oct 2015 07:28:00 GMT', ''),
    'content-encoding': mostly('identity', ['gzip']),
  })
  return fc.tuple(fc.oneof(upload, read), headers, fc.boolean()).map(([{ own, ...request }, given, chunked]) => ({
    kind: 'http',
    target: 'media-server',
    ...request,
    headers: { ...given, ...own },
    chunked: chunked && request.body.length > 0,
  }))
}

/** A signed link of which one character is another. */
function changedLink(tokens: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...tokens), fc.nat({ max: 400 }), fc.constantFrom('A', '.', '-', '_', '~', '%00', ''))
    .map(([token, at, piece]) => {
      const place = at % token.length
      return `/acme/imchannel/inboundMedia/${token.slice(0, place)}${piece}${token.slice(place + 1)}`
    })
}
