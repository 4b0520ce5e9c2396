import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get, request, type IncomingMessage } from 'node:http'
import { mediaKey } from '@imchannel/media-store'
import { createRedis, type RedisClient } from '@imchannel/redis'
import { testStack, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, sampleMedia } from '@imchannel/media-store/samples'
import { MEDIA_TOKEN, startMediaServer, type RunningMediaServer } from './start-media-server.ts'

const MIB = 1024 * 1024
const CHUNK_BYTES = 256 * 1024
const HOUR_MS = 3_600_000

let server: RunningMediaServer
let redis: RedisClient

beforeAll(async () => {
  server = await startMediaServer()
  redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})

/** The path of an uploaded media item on this server: its URL is a public one. */
function local(url: string): string {
  return url.replace('https://chat.example.com', server.url)
}

const COMMON = [
  'content-type',
  'content-length',
  'etag',
  'content-disposition',
  'x-content-type-options',
  'accept-ranges',
] as const

function commonHeaders(response: Response): (string | null)[] {
  return COMMON.map((name) => response.headers.get(name))
}

test('those that read slowly hold a bounded number of places, a part of which is others’, and a HEAD needs none', async () => {
  await using small = await startMediaServer({ usableBytes: 8 * MIB, settings: { trustedProxies: ['127.0.0.1'] } })
  const { url } = await small.upload(sampleMedia('video/mp4', 15 * MIB), 'video/mp4')
  const path = url.replace('https://chat.example.com', small.url)
  const from = (address: string, method = 'GET') => fetch(path, { method, headers: { 'x-forwarded-for': address } })
  // Answered, and not read.
  const slow = await Promise.all(['192.0.2.1', '192.0.2.1', '192.0.2.1'].map((address) => from(address)))
  const refused = await from('192.0.2.1')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await refused.json()).toMatchObject({ code: 'too_many_readers' })
  expect((await from('192.0.2.1', 'HEAD')).status).toBe(200)
  const other = await from('192.0.2.2')
  expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, 15 * MIB])
  await Promise.all(slow.map(async (response) => response.body?.cancel()))
  await waitUntil(async () => {
    const again = await from('192.0.2.1')
    await again.body?.cancel()
    return again.status === 200
  })
})

describe('every kind', () => {
  test.each([
    ['image/jpeg', 'getImageMessage', 'onGetImageMessage'],
    ['image/png', 'getImageMessage', 'onGetImageMessage'],
    ['audio/aac', 'getAudioMessage', 'onGetAudioMessage'],
    ['audio/amr', 'getAudioMessage', 'onGetAudioMessage'],
    ['audio/mpeg', 'getAudioMessage', 'onGetAudioMessage'],
    ['audio/mp4', 'getAudioMessage', 'onGetAudioMessage'],
    ['audio/ogg; codecs=opus', 'getAudioMessage', 'onGetAudioMessage'],
    ['video/mp4', 'getVideoMessage', 'onGetVideoMessage'],
    ['video/3gpp', 'getVideoMessage', 'onGetVideoMessage'],
    ['application/pdf', 'getDocumentMessage', 'onGetDocumentMessage'],
    ['image/webp', 'getStickerMessage', 'onGetStickerMessage'],
  ] as const)('%s is at %s, the same for HEAD and GET, with its lines', async (type, route, fn) => {
    const bytes = sampleMedia(type, 70_000)
    const { id, url, contentType } = await server.upload(bytes, type)
    expect(url).toBe(`https://chat.example.com/${server.tenant}/imchannel/${route}/${id}`)
    expect(contentType).toBe(type)
    const from = server.lines.length
    const head = await fetch(local(url), { method: 'HEAD' })
    const get = await fetch(local(url))
    expect([head.status, get.status]).toEqual([200, 200])
    expect(commonHeaders(head)).toEqual(commonHeaders(get))
    expect(get.headers.get('content-type')).toBe(type)
    expect(head.headers.get('content-length')).toBe('70000')
    expect(await head.text()).toBe('')
    expect(Buffer.from(await get.arrayBuffer()).equals(bytes)).toBe(true)
    const three = [
      `[IMCHANNEL] [${fn}] Request received for ID [${id}]`,
      `[IMCHANNEL] [${fn}] [REDIS] Get message with key [IMChannel:MultimediaMessage:${id}]`,
      `[IMCHANNEL] [${fn}] Set expire for key [IMChannel:MultimediaMessage:${id}] 1`,
    ]
    await expect.poll(() => server.lines.slice(from).filter((line) => line.includes(id))).toEqual([...three, ...three])
  })

  test('is served under the names of the others too', async () => {
    const { id } = await server.upload(sampleMedia('image/png'), 'image/png')
    for (const route of [
      'getImageMessage',
      'getDocumentMessage',
      'getAudioMessage',
      'getVideoMessage',
      'getStickerMessage',
    ]) {
      const response = await fetch(server.path(`${route}/${id}`))
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
    }
  })

  test('of many chunks arrives whole', async () => {
    const bytes = sampleMedia('application/pdf', 3 * MIB + 4_321)
    const { url, sha256 } = await server.upload(bytes, 'application/pdf')
    const got = Buffer.from(await (await fetch(local(url))).arrayBuffer())
    expect(createHash('sha256').update(got).digest('hex')).toBe(sha256)
    expect(got.length).toBe(bytes.length)
  })
})

test('media of all sizes on few connections that are kept open arrive whole, each after the other', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const sizes = [20_000, 200_000, CHUNK_BYTES, CHUNK_BYTES + 1, 300_000, 700_000]
  const media = await Promise.all(
    sizes.map(async (size) => {
      const bytes = sampleMedia('application/pdf', size).fill(randomBytes(16), 64)
      return { bytes, url: local((await server.upload(bytes, 'application/pdf')).url) }
    }),
  )
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => media[index % media.length]).map(async (media) => {
      if (media === undefined) throw new Error('no media')
      const [response] = (await once(get(media.url, { agent }), 'response')) as [IncomingMessage] // its one argument
      expect((await collect(response)).equals(media.bytes)).toBe(true)
    }),
  )
  agent.destroy()
})

describe('an upload', () => {
  test('tells all about the media', async () => {
    const bytes = sampleMedia('application/pdf', 1_000)
    const before = Date.now()
    const uploaded = await server.upload(bytes, 'application/pdf', '?filename=M%C3%A4rz%202025.pdf')
    expect(uploaded).toMatchObject({
      contentType: 'application/pdf',
      size: 1_000,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      filename: 'März 2025.pdf',
    })
    expect(uploaded.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Math.abs(Date.parse(uploaded.expiresAt) - before - 48 * HOUR_MS)).toBeLessThan(60_000)
    const response = await fetch(local(uploaded.url))
    expect(response.headers.get('content-disposition')).toBe("inline; filename*=UTF-8''M%C3%A4rz%202025.pdf")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each([
    ['no token', {}, 401],
    ['a wrong token', { authorization: 'Bearer wrong' }, 401],
    ['another scheme', { authorization: `Basic ${MEDIA_TOKEN}` }, 401],
    ['bytes of another type', { authorization: `Bearer ${MEDIA_TOKEN}`, 'content-type': 'image/png' }, 415],
    ['a content encoding', { authorization: `Bearer ${MEDIA_TOKEN}`, 'content-encoding': 'gzip' }, 415],
  ])('with %s is refused', async (_, headers, status) => {
    const body = new Uint8Array(sampleMedia('image/jpeg'))
    const response = await fetch(server.path('media'), { method: 'POST', headers, body })
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) })
  })

  test('of an unknown tenant is refused as with a wrong token', async () => {
    const response = await fetch(`${server.url}/nobody/imchannel/media`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MEDIA_TOKEN}` },
      body: 'x',
    })
    expect(response.status).toBe(401)
  })

  test.each([
    ['a known length', true],
    ['an unknown length', false],
  ])('over the limit with %s is 413, and the answer reaches who is still sending', async (_, known) => {
    const bytes = new Uint8Array(sampleMedia('image/jpeg', 8 * MIB))
    const body = known ? bytes : new Blob([bytes]).stream()
    const response = await fetch(server.path('media'), {
      method: 'POST',
      headers: { authorization: `Bearer ${MEDIA_TOKEN}`, 'content-type': 'image/jpeg' },
      body,
      ...(!known && { duplex: 'half' }),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'too_large' })
  })

  test('of 101 MB is answered with 413 while it is still being sent, also to a client that closes its connection', async () => {
    const headers = {
      authorization: `Bearer ${MEDIA_TOKEN}`,
      'content-type': 'application/pdf',
      'content-length': 101 * MIB,
    }
    const upload = request(server.path('media'), { method: 'POST', agent: false, headers })
    const answered = once(upload, 'response') as Promise<[IncomingMessage]> // its one argument
    upload.end(sampleMedia('application/pdf', 101 * MIB))
    const [response] = await answered
    expect(response.statusCode).toBe(413)
    expect(JSON.parse((await collect(response)).toString())).toMatchObject({ code: 'too_large' })
  })

  test('may say the kind, and must say one that there is', async () => {
    const { url } = await server.upload(sampleMedia('image/gif'), 'image/gif', '?kind=document')
    expect(url).toContain('/getDocumentMessage/')
    await expect(server.upload(sampleMedia('image/jpeg'), 'image/jpeg', '?kind=picture')).rejects.toThrow('400')
    await expect(server.upload(sampleMedia('image/gif'), 'image/gif')).rejects.toThrow('415')
    await expect(server.upload(new Uint8Array(), 'image/png')).rejects.toThrow('400')
  })

  test('is ended by DELETE, with the token', async () => {
    const { id, url } = await server.upload(sampleMedia('image/png'), 'image/png')
    expect((await fetch(server.path(`media/${id}`), { method: 'DELETE' })).status).toBe(401)
    const headers = { authorization: `Bearer ${MEDIA_TOKEN}` }
    expect((await fetch(server.path(`media/${id}`), { method: 'DELETE', headers })).status).toBe(204)
    expect((await fetch(local(url))).status).toBe(404)
    expect((await fetch(server.path(`media/${id}`), { method: 'DELETE', headers })).status).toBe(404)
    expect(await redis.exists(mediaKey(id))).toBe(0)
  })
})

describe('a range', () => {
  const bytes = sampleMedia('application/pdf', 600_000)
  let url: string
  beforeAll(async () => {
    for (let index = 32; index < bytes.length; index += 1) bytes[index] = index % 251
    url = local((await server.upload(bytes, 'application/pdf')).url)
  })

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-599999', 0, 599_999],
    ['bytes=262143-262144', 262_143, 262_144],
    ['bytes=500000-', 500_000, 599_999],
    ['bytes=-10', 599_990, 599_999],
    ['bytes=599999-700000', 599_999, 599_999],
    ['bytes=599999-99999999999999999999', 599_999, 599_999],
  ])('%s is those bytes', async (range, start, end) => {
    const response = await fetch(url, { headers: { range } })
    expect([response.status, response.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/600000`])
    expect(response.headers.get('content-length')).toBe(String(end - start + 1))
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  test.each(['bytes=600000-', 'bytes=-0', 'bytes=99999999999999999999-'])('%s is not there: 416', async (range) => {
    const response = await fetch(url, { headers: { range } })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */600000'])
  })

  test.each(['bytes=5-2', 'bytes=0-1,3-4', 'items=0-1', 'bytes=a-b'])('%s is ignored', async (range) => {
    const response = await fetch(url, { headers: { range } })
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 600_000])
  })

  test('with If-Range counts only for the media that was meant', async () => {
    const { headers } = await fetch(url, { method: 'HEAD' })
    const etag = headers.get('etag') ?? ''
    expect((await fetch(url, { headers: { range: 'bytes=0-1', 'if-range': etag } })).status).toBe(206)
    expect((await fetch(url, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })).status).toBe(200)
  })

  test('means nothing to HEAD', async () => {
    const response = await fetch(url, { method: 'HEAD', headers: { range: 'bytes=0-1' } })
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '600000'])
  })

  test('a client that has the media is told so', async () => {
    const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag') ?? ''
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      expect((await fetch(url, { headers: { 'if-none-match': value } })).status).toBe(304)
      expect((await fetch(url, { method: 'HEAD', headers: { 'if-none-match': value } })).status).toBe(304)
    }
    expect((await fetch(url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
  })
})

/** Hours until it expires. */
async function left(id: string): Promise<number> {
  return Math.round((await redis.pttl(mediaKey(id))) / HOUR_MS)
}

describe('the life of a media item', () => {
  test.each([
    ['image/png', 70_000],
    ['application/pdf', 700_000],
  ] as const)('is longer after a HEAD or a complete GET of %s', async (type, size) => {
    for (const method of ['HEAD', 'GET']) {
      const { id, url } = await server.upload(sampleMedia(type, size), type)
      await fetch(local(url), { method }).then((response) => response.arrayBuffer())
      expect(await left(id)).toBe(48)
      await redis.pexpire(mediaKey(id), HOUR_MS)
      await fetch(local(url), { method }).then((response) => response.arrayBuffer())
      expect(await left(id)).toBe(24)
    }
  })
})

describe('the life of a large media item', () => {
  test.each([
    ['bytes=0-9', 1],
    ['bytes=0-599998', 1],
    ['bytes=300000-599998', 1],
    ['bytes=599990-', 24],
    ['bytes=-1', 24],
    ['bytes=0-599999', 24],
  ])('after %s is %i h: only who has its end may have it all', async (range, hours) => {
    const { id, url } = await server.upload(sampleMedia('application/pdf', 600_000), 'application/pdf')
    await redis.pexpire(mediaKey(id), HOUR_MS)
    const response = await fetch(local(url), { headers: { range } })
    await response.arrayBuffer()
    expect([response.status, await left(id)]).toEqual([206, hours])
  })
})

describe('what is not there', () => {
  test('is the same 404, whatever the reason', async () => {
    const { id } = await server.upload(sampleMedia('image/png'), 'image/png')
    const expired = await server.upload(sampleMedia('image/png'), 'image/png')
    await redis.unlink(mediaKey(expired.id))
    const urls = [
      `${server.url}/other/imchannel/getImageMessage/${id}`,
      server.path(`getImageMessage/${randomUUID()}`),
      server.path(`getImageMessage/${expired.id}`),
      server.path('getImageMessage/x'),
      server.path(`getImageMessage/${id.toUpperCase()}`),
    ]
    const answers = await Promise.all(
      urls.map(async (url) => {
        const response = await fetch(url)
        return [response.status, response.headers.get('content-type'), await response.text()]
      }),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.slice(0, 2)).toEqual([404, 'application/problem+json'])
  })

  test.each(['/', '/acme', '/acme/imchannel', '/acme/imchannel/getOtherMessage/1', '/%ff/imchannel/media/1'])(
    '%s is 404',
    async (path) => {
      const response = await fetch(`${server.url}${path}`)
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    },
  )

  test('other methods are 405 and told which there are', async () => {
    const response = await fetch(server.path(`getImageMessage/${randomUUID()}`), { method: 'POST', body: 'x' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(server.path('media'))).status).toBe(405)
  })

  test('is not told of under a tenant of any length', async () => {
    const id = randomUUID()
    const path = `/${'t'.repeat(8_000)}/imchannel/getImageMessage/${id}`
    await using strange = await startMediaServer({ logFormat: 'json' })
    expect((await fetch(strange.url + path)).status).toBe(404)
    const lines = strange.lines.filter((line) => line.includes(id))
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line.length).toBeLessThan(500)
  })

  test('is answered with 429 to who asks for it all the time, and media are served on', async () => {
    await using flooded = await startMediaServer()
    const { url } = await flooded.upload(sampleMedia('image/png'), 'image/png')
    const answers = await Promise.all(
      Array.from({ length: 150 }, async () => (await fetch(flooded.path(`getImageMessage/${randomUUID()}`))).status),
    )
    expect(new Set(answers)).toEqual(new Set([404, 429]))
    // Two lines for each that was answered, none for what was only refused.
    const lines = flooded.lines.filter((line) => line.includes('onGetImageMessage'))
    expect(lines).toHaveLength(2 * answers.filter((status) => status === 404).length)
    expect((await fetch(url.replace('https://chat.example.com', flooded.url))).status).toBe(200)
  })
})

test.each([
  ['text/html', '<script>1</script>'],
  ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['application/xhtml+xml', '<html xmlns="http://www.w3.org/1999/xhtml"/>'],
])('%s is never shown inline', async (type, text) => {
  const { url } = await server.upload(Buffer.from(text), type, '?kind=document')
  const response = await fetch(local(url))
  expect(response.headers.get('content-disposition')).toMatch(/^attachment;/)
  expect(response.headers.get('content-security-policy')).toContain('sandbox')
})

test('the admin endpoints say that Redis is there', async () => {
  const [livez, readyz, metrics] = await Promise.all(
    ['livez', 'readyz', 'metrics'].map(async (path) => fetch(`${server.url}/${path}`)),
  )
  expect([livez?.status, readyz?.status, metrics?.status]).toEqual([200, 200, 200])
})

test('a restart loses nothing and a stop lets a download end', async () => {
  const stopping = await startMediaServer()
  const { url } = await stopping.upload(sampleMedia('application/pdf', 20 * MIB), 'application/pdf')
  const response = await fetch(url.replace('https://chat.example.com', stopping.url))
  const stopped = stopping.stop()
  await waitUntil(async () =>
    fetch(stopping.url).then(
      () => false,
      () => true,
    ),
  )
  expect((await response.arrayBuffer()).byteLength).toBe(20 * MIB)
  await stopped
})
