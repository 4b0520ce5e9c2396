import { once } from 'node:events'
import {
  Agent,
  get,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { get as getTls, request as requestTls } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import { selfSignedCert } from '@imchannel/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer, type HttpServerOptions, sendProblem } from '../src/index.ts'

let server: HttpServer | undefined

afterEach(() => server?.stop())

async function serve(handler: RequestListener, options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  server = createHttpServer({ handler, host: '127.0.0.1', port: 0, ...options })
  await server.start()
  return server
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}

/** Everything that the server says on a connection until it closes it. */
async function said(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await once(socket, 'close')
  return text
}

function ok(_request: IncomingMessage, response: ServerResponse): void {
  response.end('ok')
}

describe('limits', () => {
  it.each([
    ['headers that come too slowly', 'POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'HTTP/1.1 408'],
    ['a body that comes too slowly', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx', 'HTTP/1.1 408'],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
      'HTTP/1.1 431',
    ],
    ['what is not HTTP', 'nonsense\r\n\r\n', 'HTTP/1.1 400'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'HTTP/1.1 400',
    ],
  ])('%s are answered as a problem, and the connection is closed', async (_case, bytes, status) => {
    // The handler waits for the body, so that only the limit ends the request.
    const running = await serve((request, response) => void request.resume().once('end', () => response.end()), {
      timeouts: { headersMs: 100, requestMs: 200 },
    })
    const socket = connect(running.port(), '127.0.0.1')
    socket.write(bytes)
    const answer = await said(socket)
    expect(answer).toMatch(new RegExp(`^${status} `))
    expect(answer).toContain('application/problem+json')
  })

  it('connections without a request are closed', async () => {
    const running = await serve(ok, { timeouts: { keepAliveMs: 50 } })
    const socket = connect(running.port(), '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(await said(socket)).toContain('ok')
  })

  it('connections beyond the number are closed at once', async () => {
    const running = await serve(ok, { maxConnections: 1 })
    const first = connect(running.port(), '127.0.0.1')
    await once(first, 'connect')
    const second = connect(running.port(), '127.0.0.1')
    await once(second, 'close')
    first.destroy()
  })
})

describe('start', () => {
  it('says which port is taken and which setting moves it', async () => {
    const first = await serve(() => undefined)
    const second = createHttpServer({ handler: () => undefined, host: '127.0.0.1', port: first.port() })
    await expect(second.start()).rejects.toThrow(
      `port ${first.port()} is taken: stop what listens there, or set another by PORT`,
    )
  })
})

describe('stop', () => {
  it('lets a request in flight finish, tells its connection to close, and refuses new ones', async () => {
    const finish = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    const running = await serve((_request, response) => {
      arrived.resolve()
      void finish.promise.then(() => response.end('done'))
    })
    const agent = new Agent({ keepAlive: true })
    const answer = once(httpRequest({ port: running.port(), agent }).end(), 'response')
    await arrived.promise
    const bound = running.port()
    const stopped = running.stop()
    await expect(once(get({ port: bound }), 'response')).rejects.toThrow('ECONNREFUSED')
    finish.resolve()
    const [response] = (await answer) as [IncomingMessage] // what 'response' gives
    expect(await textOf(response)).toBe('done')
    await stopped
    agent.destroy()
  })

  it('closes connections that are idle', async () => {
    const running = await serve(ok)
    const agent = new Agent({ keepAlive: true })
    const [response] = (await once(get({ port: running.port(), agent }), 'response')) as [IncomingMessage] // what 'response' gives
    await textOf(response)
    await running.stop()
    agent.destroy()
  })

  it('is idempotent, also before a start', async () => {
    const idle = createHttpServer({ handler: () => undefined, port: 0 })
    await Promise.all([idle.stop(), idle.stop()])
  })
})

async function nameShown(port: number, client: { cert?: string; key?: string } = {}): Promise<string> {
  const [response] = (await once(getTls({ port, rejectUnauthorized: false, agent: false, ...client }), 'response')) as [
    IncomingMessage,
  ] // what 'response' gives
  const certificateShown: PeerCertificate = (response.socket as TLSSocket).getPeerCertificate() // https
  await textOf(response)
  return String(certificateShown.subject.CN)
}

describe('TLS', () => {
  it('serves a renewed certificate without a restart', async () => {
    const running = await serve(ok, { tls: selfSignedCert({ name: 'first' }) })
    expect(running.url()).toMatch(/^https:/)
    expect(await nameShown(running.port())).toBe('first')
    running.updateTls(selfSignedCert({ name: 'second' }))
    expect(await nameShown(running.port())).toBe('second')
  })

  it('lets in only clients with a certificate of the authority', async () => {
    const client = selfSignedCert({ name: 'client' })
    const running = await serve(ok, {
      tls: { ...selfSignedCert({ name: 'server' }), clientCa: client.cert },
    })
    expect(await nameShown(running.port(), client)).toBe('server')
    await expect(nameShown(running.port())).rejects.toThrow()
    await expect(nameShown(running.port(), selfSignedCert({ name: 'stranger' }))).rejects.toThrow()
  })
})

describe('a refusal before the body has come', () => {
  const size = 101 * 1024 * 1024
  const tooLarge = { status: 413, code: 'too_large', title: 'Body too large' }
  const refusing: RequestListener = (_request, response) => sendProblem(response, tooLarge)

  it.each([
    ['that closes its connection', 'close'],
    ['that keeps its connection', 'keep-alive'],
  ])('arrives at a client %s and goes on sending', async (_case, connection) => {
    const running = await serve(refusing)
    const request = httpRequest({
      port: running.port(),
      method: 'POST',
      agent: false,
      headers: { connection, 'content-length': size },
    })
    const sent = once(request, 'finish')
    request.end(Buffer.alloc(size))
    const [response] = (await once(request, 'response')) as [IncomingMessage] // what 'response' gives
    expect([response.statusCode, JSON.parse(await textOf(response))]).toEqual([
      413,
      expect.objectContaining({ code: 'too_large' }),
    ])
    await sent
  })

  it('arrives over TLS as well', async () => {
    const running = await serve(refusing, { tls: selfSignedCert({ name: 'server' }) })
    const request = requestTls({ port: running.port(), method: 'POST', agent: false, rejectUnauthorized: false })
    request.end(Buffer.alloc(16 * 1024 * 1024))
    const [response] = (await once(request, 'response')) as [IncomingMessage] // what 'response' gives
    expect([response.statusCode, (await textOf(response)).length > 0]).toEqual([413, true])
  })

  it('leaves the connection to the next request', async () => {
    const running = await serve(refusing)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let round = 0; round < 2; round++) {
      const request = httpRequest({ port: running.port(), method: 'POST', agent })
      request.end(Buffer.alloc(1024 * 1024))
      const [response] = (await once(request, 'response')) as [IncomingMessage] // what 'response' gives
      expect([response.statusCode, request.reusedSocket]).toEqual([413, round === 1])
      await textOf(response)
    }
    agent.destroy()
  })

  it('can hold the connection before it is read again', async () => {
    const running = await serve((_request, response) => sendProblem(response, tooLarge, { pauseMs: 300 }))
    const startedAt = performance.now()
    const socket = connect(running.port(), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}')
    await once(socket, 'data')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'data')
    expect(performance.now() - startedAt).toBeGreaterThan(250)
    socket.destroy()
  })
})

describe('connections of one address', () => {
  it('give way to others’ when they are idle and many, and those that are served stay', async () => {
    const arrived = Promise.withResolvers<ServerResponse>()
    const running = await serve(
      (request, response) => (request.url === '/slow' ? arrived.resolve(response) : ok(request, response)),
      { host: '127.0.0.1', maxConnections: 8 },
    )
    const served = connect(running.port(), '127.0.0.1')
    served.write('GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    const response = await arrived.promise
    const idle = Array.from({ length: 20 }, () => connect(running.port(), '127.0.0.1'))
    const closed = idle.map((socket) => once(socket.on('error', () => undefined).resume(), 'close'))
    // The last six of them fill three quarters with the one that is served.
    await Promise.all(closed.slice(0, 14))
    const answer = await fetch(running.url())
    expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    response.end('served')
    expect(await said(served)).toContain('served')
    for (const socket of idle) socket.destroy()
  })

  it('give way to others’ when they were refused and have not sent their bodies', async () => {
    const running = await serve(
      (request, response) =>
        request.method === 'POST'
          ? sendProblem(response, { status: 401, code: 'unauthorized', title: 'Who are you?' })
          : ok(request, response),
      { maxConnections: 8 },
    )
    const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx'
    const refused: Socket[] = []
    for (let count = 0; count < 20; count++) {
      const socket = connect(running.port(), '127.0.0.1').on('error', () => undefined)
      refused.push(socket)
      socket.write(post)
      await once(socket, 'data')
    }
    const answer = await fetch(running.url())
    expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    for (const socket of refused) socket.destroy()
  })

  it('are not counted where many clients share it', async () => {
    const running = await serve(ok, { maxConnections: 4, isShared: () => true })
    const idle = Array.from({ length: 4 }, () => connect(running.port(), '127.0.0.1'))
    await Promise.all(idle.map((socket) => once(socket, 'connect')))
    for (const socket of idle) {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      await once(socket, 'data')
      socket.destroy()
    }
  })
})
