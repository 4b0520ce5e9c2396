import type { RequestListener, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Socket } from 'node:net'
import { inspect } from 'node:util'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createInfobipClient } from '../src/index.ts'
import type { InfobipClient, InfobipClientOptions } from '../src/index.ts'
import { createUndiciTransport } from '../src/client/undici-transport.ts'
import { bodyOf, listen, startLocalServer } from './local-infobip.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const apiKey = 'k3y-that-must-not-leak'
const omni = { destinations: [{ to: { phoneNumber: '39123456789' } }], whatsApp: { text: 'hello' } }

function client(baseUrl: string, options: Partial<InfobipClientOptions> = {}): InfobipClient {
  const created = createInfobipClient({ baseUrl, apiKey, ...options })
  cleanups.push(() => created.close())
  return created
}

async function server(handler: RequestListener, keepAliveMs?: number) {
  const started = await startLocalServer(handler, keepAliveMs)
  cleanups.push(() => started.close())
  return started
}

async function tcp(onConnection: (socket: Socket) => void): Promise<string> {
  const started = createTcpServer(onConnection)
  const port = await listen(started)
  cleanups.push(() => started.close())
  return `http://127.0.0.1:${port}`
}

describe('a request', () => {
  it('carries the key, asks for JSON and gives back the parsed answer', async () => {
    const { url } = await server((request, response) => {
      const { authorization, accept, 'content-type': contentType } = request.headers
      const path = request.url
      void bodyOf(request).then((body) =>
        response.end(JSON.stringify({ path, authorization, accept, contentType, body })),
      )
    })
    expect(await client(url).sendOmni(omni)).toMatchObject({
      kind: 'response',
      status: 200,
      truncated: false,
      parsed: {
        path: '/omni/1/advanced',
        authorization: `App ${apiKey}`,
        accept: 'application/json',
        contentType: 'application/json',
        body: JSON.stringify(omni),
      },
    })
  })

  it('reaches each endpoint by its path', async () => {
    const seen: string[] = []
    const { url } = await server((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      request.resume()
      response.end('{}')
    })
    const infobip = client(`${url}/`)
    await infobip.sendWhatsApp('carousel', { from: '1', to: '2' })
    await infobip.sendWhatsAppTemplate({ messages: [] })
    await infobip.sendMessages({ messages: [] })
    await infobip.validateMessages({ messages: [] })
    await infobip.sendEvent({ events: [] })
    await infobip.markAsRead('441134960000', 'wamid.a/b')
    await infobip.omniLogs(['a&b', 'c'])
    await infobip.scenarios()
    await infobip.sendersQuality(['1', '2'])
    expect(seen).toEqual([
      'POST /whatsapp/1/message/interactive/media-carousel',
      'POST /whatsapp/1/message/template',
      'POST /messages-api/1/messages',
      'POST /messages-api/1/messages/validate',
      'POST /whatsapp/1/events',
      'POST /whatsapp/1/senders/441134960000/message/wamid.a%2Fb/read',
      'GET /omni/1/logs?messageId=a%26b&messageId=c&limit=1000',
      'GET /omni/1/scenarios?limit=1',
      'GET /whatsapp/1/senders/quality?senders=1&senders=2',
    ])
  })

  it('shows its bytes and its answer to the trace, without the key', async () => {
    const { url } = await server((request, response) => {
      request.resume()
      response.writeHead(202).end('{"a":0.000000}')
    })
    const seen: unknown[] = []
    const trace = {
      onRequest: (request: unknown) => seen.push(request),
      onResponse: ({ status, body }: { status: number; body: Buffer }) => seen.push({ status, body: body.toString() }),
    }
    await client(url).sendOmni(omni, { trace })
    expect(seen).toEqual([
      { method: 'POST', url: `${url}/omni/1/advanced`, body: JSON.stringify(omni) },
      { status: 202, body: '{"a":0.000000}' },
    ])
  })

  it('takes the key anew for each request', async () => {
    const seen: (string | undefined)[] = []
    const { url } = await server((request, response) => {
      seen.push(request.headers.authorization)
      request.resume()
      response.end()
    })
    const keys = ['one', 'two']
    const infobip = client(url, { apiKey: () => keys.shift() ?? 'none' })
    await infobip.scenarios()
    await infobip.scenarios()
    expect(seen).toEqual(['App one', 'App two'])
  })
})

describe('an answer', () => {
  it('that is not JSON has no parsed value', async () => {
    const { url } = await server((_request, response) => response.writeHead(502).end('<html>bad gateway</html>'))
    const result = await client(url).scenarios()
    expect(result).toMatchObject({ kind: 'response', status: 502, parsed: undefined })
  })

  it('over the size cap is cut, and the rest is not read', async () => {
    const { url } = await server((_request, response) => {
      response.writeHead(200)
      const pump = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', pump)
      pump()
    })
    const result = await client(url, { maxAnswerBytes: 100_000 }).scenarios()
    expect(result).toMatchObject({ kind: 'response', truncated: true, parsed: undefined })
    expect(result.kind === 'response' && result.body.length).toBe(100_000)
  })

  it('that is compressed or begins with a byte order mark, though neither was asked for, is read', async () => {
    const json = Buffer.from('{"messages":[]}')
    const mark = Buffer.from([0xef, 0xbb, 0xbf])
    const bodies: [encoding: string, body: Buffer][] = [
      ['identity', Buffer.concat([mark, json])],
      ['gzip', gzipSync(json)],
      ['GZIP', gzipSync(Buffer.concat([mark, json]))],
      ['deflate', deflateSync(json)],
      ['br', brotliCompressSync(json)],
    ]
    for (const [encoding, body] of bodies) {
      const { url } = await server((_request, response) => response.setHeader('content-encoding', encoding).end(body))
      const result = await client(url).omniLogs(['a'])
      expect(result).toMatchObject({ kind: 'response', body: json, parsed: { messages: [] } })
    }
  })

  it('that unfolds beyond the size cap, or breaks off as it unfolds, is not read', async () => {
    for (const body of [gzipSync(Buffer.alloc(2_000_000, ' ')), gzipSync('{}').subarray(0, 15)]) {
      const { url } = await server((_request, response) => response.setHeader('content-encoding', 'gzip').end(body))
      expect(await client(url).scenarios()).toMatchObject({ kind: 'response', body, parsed: undefined })
    }
  })

  it('that is a redirect is given back, not followed', async () => {
    const { url } = await server((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end())
    expect(await client(url).sendOmni(omni)).toMatchObject({ kind: 'response', status: 302 })
  })

  it('whose body comes to a standstill is unknown, before the whole exchange is out of time', async () => {
    const { url } = await server((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"messages":')
    })
    const transport = createUndiciTransport({ origin: url, connectMs: 5_000, bodyIdleMs: 100 })
    cleanups.push(() => transport.close())
    const result = await client(url, { transport }).sendOmni(omni)
    expect(result).toMatchObject({ kind: 'unknown', cause: { code: 'UND_ERR_BODY_TIMEOUT' } })
  })

  it('whose body breaks off is unknown', async () => {
    const { url } = await server((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"messages":', () => response.destroy())
    })
    expect(await client(url).sendOmni(omni)).toMatchObject({ kind: 'unknown' })
  })
})

describe('not sent', () => {
  it('is a refused connection', async () => {
    const url = await tcp(() => undefined)
    cleanups.splice(0).forEach((close) => close())
    expect(await client(url).sendOmni(omni)).toMatchObject({ kind: 'not-sent', cause: { code: 'ECONNREFUSED' } })
  })

  it('is a refused connection that TLS was to go over', async () => {
    const url = await tcp(() => undefined)
    cleanups.splice(0).forEach((close) => close())
    const result = await client(url.replace('http:', 'https:')).sendOmni(omni)
    expect(result).toMatchObject({ kind: 'not-sent', cause: { code: 'ECONNREFUSED' } })
  })

  it('is a name that does not exist', async () => {
    for (const url of ['http://infobip.invalid', 'https://infobip.invalid']) {
      expect(await client(url).sendOmni(omni)).toMatchObject({ kind: 'not-sent' })
    }
  })

  it('is a TLS handshake that the server cuts', async () => {
    const url = await tcp((socket) => socket.once('data', () => socket.destroy()))
    expect(await client(url.replace('http:', 'https:')).sendOmni(omni)).toMatchObject({ kind: 'not-sent' })
  })

  it('is a TLS handshake that never ends', async () => {
    const url = await tcp((socket) => cleanups.push(() => socket.destroy()))
    const result = await client(url.replace('http:', 'https:'), { connectMs: 100 }).sendOmni(omni)
    expect(result).toMatchObject({ kind: 'not-sent', cause: { code: 'ETIMEDOUT' } })
  })

  it('is a call given up while it waits for a connection, of which nothing is written later', async () => {
    const seen: (string | undefined)[] = []
    const held: ServerResponse[] = []
    const { url, sockets } = await server((request, response) => {
      seen.push(request.url)
      request.resume()
      if (request.url === '/held') held.push(response)
      else response.end('{}')
    })
    const transport = createUndiciTransport({ origin: url, connectMs: 5_000, maxConnections: 1 })
    cleanups.push(() => transport.close())
    const infobip = client(url, { transport })
    const first = infobip.send({ method: 'GET', path: '/held' })
    await vi.waitFor(() => expect(held).toHaveLength(1))
    const abort = new AbortController()
    const aborted = infobip.send({ method: 'GET', path: '/aborted' }, { signal: abort.signal })
    const late = infobip.send({ method: 'GET', path: '/late' }, { answerMs: 50 })
    const last = infobip.send({ method: 'GET', path: '/last' })
    abort.abort()
    expect(await aborted).toMatchObject({ kind: 'not-sent', cause: { code: 'ABORTED' } })
    expect(await late).toMatchObject({ kind: 'not-sent', cause: { code: 'ETIMEDOUT' } })
    held[0]?.end('{}')
    expect(await first).toMatchObject({ kind: 'response' })
    expect(await last).toMatchObject({ kind: 'response' })
    expect(seen).toEqual(['/held', '/last'])
    expect(sockets.size).toBe(1)
  })

  it('is a call on a client that was closed, which lets open ones end', async () => {
    const held: ServerResponse[] = []
    const { url } = await server((_request, response) => held.push(response))
    const infobip = client(url)
    const open = infobip.scenarios()
    await vi.waitFor(() => expect(held).toHaveLength(1))
    const closed = infobip.close()
    expect(await infobip.scenarios()).toMatchObject({ kind: 'not-sent' })
    held[0]?.end('{}')
    expect(await open).toMatchObject({ kind: 'response' })
    await closed
  })

  it('is a call that was aborted before it began', async () => {
    const { url } = await server((_request, response) => response.end())
    expect(await client(url).sendOmni(omni, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'not-sent' })
  })
})

describe('unknown', () => {
  it('is an answer that does not come in time', async () => {
    const { url } = await server((request) => request.resume())
    const result = await client(url).sendOmni(omni, { answerMs: 200 })
    expect(result).toMatchObject({ kind: 'unknown', cause: { code: 'ETIMEDOUT' } })
  })

  it('is taken back as far as it has not arrived: the connection is reset, where a close would still deliver it', async () => {
    const ends: string[] = []
    const url = await tcp((socket) => {
      socket.resume()
      socket.on('end', () => ends.push('closed'))
      socket.on('error', (error: Error & { code?: string }) => ends.push(error.code ?? error.name))
    })
    expect(await client(url).sendOmni(omni, { answerMs: 200 })).toMatchObject({ kind: 'unknown' })
    await vi.waitFor(() => expect(ends).toEqual(['ECONNRESET']), { timeout: 30_000 })
  })

  it('is a connection that is reset once the request was written', async () => {
    const url = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await client(url).sendOmni(omni)).toMatchObject({ kind: 'unknown' })
  })

  it('is an answer that is not HTTP', async () => {
    const url = await tcp((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n\r\n')))
    expect(await client(url).sendOmni(omni)).toMatchObject({ kind: 'unknown' })
  })

  it('is a kept connection that the server closed under the request', async () => {
    let requests = 0
    const { url } = await server((request, response) => {
      request.resume()
      requests += 1
      // The second request reaches a socket that the server is done with: the classic stale connection.
      if (requests > 1) request.socket.resetAndDestroy()
      else response.end('{}')
    })
    const infobip = client(url)
    expect(await infobip.sendOmni(omni)).toMatchObject({ kind: 'response' })
    expect(await infobip.sendOmni(omni)).toMatchObject({ kind: 'unknown' })
  })

  it('is a call that is aborted while the answer is awaited', async () => {
    const abort = new AbortController()
    const { url } = await server((request) => {
      request.resume()
      request.on('end', () => abort.abort())
    })
    expect(await client(url).sendOmni(omni, { signal: abort.signal })).toMatchObject({ kind: 'unknown' })
  })
})

describe('connections', () => {
  it('are reused: two carry five calls in a row, each of which begins before undici has the last one’s back', async () => {
    const ports = new Set<number | undefined>()
    const { url } = await server((request, response) => {
      ports.add(request.socket.remotePort)
      request.resume()
      response.end('{}')
    })
    const infobip = client(url)
    for (let call = 0; call < 5; call += 1) await infobip.sendOmni(omni)
    expect(ports.size).toBeLessThanOrEqual(2)
  })

  it('that the server closes after each answer cost no request its certainty', async () => {
    let requests = 0
    const { url } = await server((request, response) => {
      requests += 1
      request.resume()
      response.end('{}', () => request.socket.end())
    })
    const infobip = client(url)
    for (let call = 0; call < 20; call += 1) {
      expect(await infobip.sendOmni(omni)).toMatchObject({ kind: 'response' })
    }
    expect(requests).toBe(20)
  })

  it('are dropped before the idle limit that the server announces', async () => {
    const { url, sockets } = await server((request, response) => {
      request.resume()
      response.end('{}')
    }, 2_000)
    await client(url).sendOmni(omni)
    const [socket] = sockets
    // `Keep-Alive: timeout=2`, less Node's margin of one second: the client closes first, so its end comes as a FIN.
    await new Promise<void>((resolve) => socket?.once('end', resolve))
    expect(socket?.readableEnded).toBe(true)
  })
})

it('trap 32: the key is in no result, no error and nothing that they print', async () => {
  const url = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()))
  const infobip = client(url)
  const result = await infobip.sendOmni(omni)
  expect(inspect([result, infobip], { depth: 20, showHidden: true })).not.toContain(apiKey)
  const broken = await client(url, { apiKey: `${apiKey}\n` }).sendOmni(omni)
  expect(broken.kind).toBe('not-sent')
  expect(inspect(broken, { depth: 20, showHidden: true })).not.toContain(apiKey)
})

it.each(['ftp://x', 'infobip.com', 'https://user:secret@x.api.infobip.com', ''])(
  'refuses the base URL %j',
  (baseUrl) => {
    expect(() => createInfobipClient({ baseUrl, apiKey })).toThrow(/baseUrl must be/u)
  },
)
