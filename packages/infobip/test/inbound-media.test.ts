import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { RequestListener } from 'node:http'
import { createInfobipClient } from '../src/index.ts'
import type { MediaResult, OpenMediaOptions } from '../src/index.ts'
import { startLocalServer } from './local-infobip.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function server(handler: RequestListener): Promise<string> {
  const started = await startLocalServer(handler)
  cleanups.push(() => started.close())
  return started.url
}

/** The path of a media item that was sent to the number 1. */
const PATH = '/whatsapp/1/senders/1/media'

function open(baseUrl: string, url: string, options: Partial<OpenMediaOptions> = {}): Promise<MediaResult> {
  const client = createInfobipClient({ baseUrl, apiKey: 'k3y' })
  cleanups.push(() => client.close())
  return client.openInboundMedia(url, { method: 'GET', sender: '1', maxBytes: 10_000_000, ...options })
}

async function bytesOf(result: MediaResult): Promise<Buffer> {
  if (result.kind !== 'found') throw new Error(`no media but ${result.kind}`)
  const chunks: Buffer[] = []
  for await (const chunk of result.body) chunks.push(Buffer.from(chunk as Uint8Array)) // a byte stream gives bytes
  return Buffer.concat(chunks)
}

describe('a customer’s media', () => {
  it('comes as a stream, byte for byte, with its type and length', async () => {
    const bytes = randomBytes(3_000_000)
    const base = await server((request, response) => {
      expect(request.headers.authorization).toBe('App k3y')
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes)
    })
    const result = await open(base, `${base}${PATH}/2`)
    expect(result).toMatchObject({ kind: 'found', contentType: 'image/jpeg', contentLength: bytes.length })
    expect((await bytesOf(result)).equals(bytes)).toBe(true)
  })

  it('gives type and length to HEAD', async () => {
    const base = await server((_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/ogg', 'content-length': 5 }).end()
    })
    const result = await open(base, `${base}${PATH}/m`, { method: 'HEAD' })
    expect(result).toMatchObject({ kind: 'found', contentType: 'audio/ogg', contentLength: 5 })
    expect(await bytesOf(result)).toHaveLength(0)
  })

  it('is followed along a redirect of the account’s, without the key', async () => {
    const keys: (string | undefined)[] = []
    const base = await server((request, response) => {
      keys.push(request.headers.authorization)
      if (request.url === `${PATH}/m`) response.writeHead(302, { location: '/elsewhere' }).end()
      else response.end('bytes')
    })
    expect((await bytesOf(await open(base, `${base}${PATH}/m`))).toString()).toBe('bytes')
    expect(keys).toEqual(['App k3y', undefined])
  })

  it('is not followed to a plain http host, nor round in circles', async () => {
    let hits = 0
    const other = await server((_request, response) => {
      hits += 1
      response.end()
    })
    const base = await server((request, response) => {
      response.writeHead(302, { location: request.url === `${PATH}/away` ? other : `${PATH}/again` }).end()
    })
    expect(await open(base, `${base}${PATH}/away`)).toMatchObject({ kind: 'forbidden-url' })
    expect(hits).toBe(0)
    expect(await open(base, `${base}${PATH}/again`)).toMatchObject({ kind: 'refused' })
  })

  it.each([
    [404, { kind: 'gone' }],
    [410, { kind: 'gone' }],
    [429, { kind: 'throttled' }],
    [401, { kind: 'refused', status: 401 }],
    [500, { kind: 'refused', status: 500 }],
  ])('that is answered with %i is %j', async (status, expected) => {
    const base = await server((_request, response) => response.writeHead(status).end('x'))
    expect(await open(base, `${base}${PATH}/m`)).toEqual(expected)
  })

  it('over the limit is refused by its length, or cut off where it told none', async () => {
    const base = await server((request, response) => {
      if (request.url === `${PATH}/told`) response.writeHead(200, { 'content-length': 2_000 })
      response.write(Buffer.alloc(1_000))
      response.end(Buffer.alloc(1_000))
    })
    expect(await open(base, `${base}${PATH}/told`, { maxBytes: 1_999 })).toEqual({
      kind: 'too-large',
      contentLength: 2_000,
    })
    const untold = await open(base, `${base}${PATH}/untold`, { maxBytes: 100 })
    await expect(bytesOf(untold)).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })

  it('that breaks off fails as a stream, and is never taken for a whole one', async () => {
    const base = await server((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 })
      response.write('half', () => response.destroy())
    })
    await expect(bytesOf(await open(base, `${base}${PATH}/m`))).rejects.toThrow()
  })

  it('that comes to a stop is given up', async () => {
    const base = await server((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 })
      response.write('half')
    })
    await expect(bytesOf(await open(base, `${base}${PATH}/m`, { idleMs: 150 }))).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    })
  })

  it('lets go of the connection when the reader goes away', async () => {
    const base = await server((_request, response) => {
      response.write('endless')
      closed = once(response, 'close')
    })
    let closed: Promise<unknown> = Promise.resolve()
    const result = await open(base, `${base}${PATH}/m`)
    if (result.kind === 'found') result.body.destroy()
    await closed
    expect(result.kind).toBe('found')
  })

  it('on an unreachable host is that', async () => {
    expect(await open('http://127.0.0.1:1', `http://127.0.0.1:1${PATH}/m`)).toMatchObject({ kind: 'unreachable' })
  })
})

describe('a URL from a webhook', () => {
  const base = 'https://xxxxx.api.infobip.com'
  it('is not opened, by the account’s own host, for anything but a media item of the sender', async () => {
    let hits = 0
    const account = await server((_request, response) => {
      hits += 1
      response.end()
    })
    for (const path of ['/omni/1/reports', '/omni/1/logs?limit=5', '/whatsapp/1/senders/2/media/m', `${PATH}/m?x=1`])
      expect(await open(account, account + path)).toMatchObject({ kind: 'forbidden-url' })
    expect(hits).toBe(0)
  })

  it.each([
    'not a url',
    'https://evil.example.com/whatsapp/1/senders/1/media/m',
    'https://xxxxx.api.infobip.com.evil.example/whatsapp/1/senders/1/media/m',
    'http://xxxxx.api.infobip.com/whatsapp/1/senders/1/media/m',
    'https://xxxxx.api.infobip.com:8443/whatsapp/1/senders/1/media/m',
    'https://user:pass@xxxxx.api.infobip.com/whatsapp/1/senders/1/media/m',
    'file:///etc/passwd',
  ])('is not opened: %s', async (url) => {
    expect(await open(base, url)).toMatchObject({ kind: 'forbidden-url' })
  })

  it.each(['https://127.0.0.1/m', 'https://[::1]/m', 'https://169.254.169.254/latest', 'https://[::ffff:10.0.0.1]/m'])(
    'is not opened on the inner network, though its host were allowed: %s',
    async (url) => {
      expect(await open(base, url, { mediaHosts: [new URL(url).host] })).toMatchObject({ kind: 'forbidden-url' })
    },
  )

  it('is not opened where its name leads to the inner network', async () => {
    const result = await open(base, 'https://localhost/m', { mediaHosts: ['localhost'] })
    expect(result).toMatchObject({ kind: 'unreachable', cause: { code: 'ERR_FORBIDDEN_ADDRESS' } })
  })
})
