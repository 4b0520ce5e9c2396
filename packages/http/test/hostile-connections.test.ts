import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { selfSignedCert } from '@imchannel/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { createAdminApp, createHttpServer, type HttpServer, type HttpServerOptions } from '../src/index.ts'

let server: HttpServer | undefined
const clients: Socket[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await server?.stop()
})

const limits = { headersMs: 200, requestMs: 400, keepAliveMs: 200 }

async function serve(handler: RequestListener, options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  server = createHttpServer({ handler, host: '127.0.0.1', port: 0, timeouts: limits, ...options })
  await server.start()
  return server
}

/** A client that sends and never ends its own side of the connection. */
function stubborn(running: HttpServer, bytes: string): Socket {
  const client = connect({ port: running.port(), host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined)
  client.write(bytes)
  clients.push(client)
  return client
}

async function saidTo(client: Socket): Promise<string> {
  let text = ''
  client.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await once(client, 'end')
  return text
}

/** Waits until the server's own side of every connection is gone, which needs no word of the clients. */
async function allGone(running: HttpServer): Promise<void> {
  while ((await running.connections()) > 0) await new Promise((resolve) => setImmediate(resolve))
}

function ok(_request: IncomingMessage, response: ServerResponse): void {
  response.end('ok')
}

const head = 'POST / HTTP/1.1\r\nHost: x\r\n'

describe('a client that never closes its side', () => {
  it.each([
    ['says nothing', '', /^HTTP\/1\.1 408 /],
    ['says nonsense', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['stops in its headers', 'GET / HTTP/1.1\r\nX: ', /^HTTP\/1\.1 408 /],
    ['stops in its body', `${head}Content-Length: 10\r\n\r\nx`, /^HTTP\/1\.1 408 /],
    ['stops in a chunk', `${head}Transfer-Encoding: chunked\r\n\r\nff\r\nx`, /^HTTP\/1\.1 408 /],
    ['has a chunk of no size', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nx`, /^HTTP\/1\.1 400 /],
    ['has had its answer', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 200 /],
    ['wants a tunnel', 'CONNECT inner:22 HTTP/1.1\r\nHost: inner:22\r\n\r\n', /^HTTP\/1\.1 405 /],
    ['sends headers without end', `GET / HTTP/1.1\r\n${'X-Large: 0123456789\r\n'.repeat(2_000)}`, /^HTTP\/1\.1 431 /],
    ['is of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 400 /],
  ])('and %s is answered and let go', async (_case, bytes, answer) => {
    const running = await serve((request, response) => void request.resume().once('end', () => response.end('ok')))
    const client = stubborn(running, bytes)
    expect(await saidTo(client)).toMatch(answer)
    await allGone(running)
  })

  it('and drips a body, a byte at a time, gets no more time than one that is silent', async () => {
    const running = await serve((request, response) => void request.resume().once('end', () => response.end('ok')))
    const client = stubborn(running, `${head}Content-Length: 1000\r\n\r\n`)
    const drip = setInterval(() => client.write('x'), 20)
    try {
      expect(await saidTo(client)).toMatch(/^HTTP\/1\.1 408 /)
      await allGone(running)
    } finally {
      clearInterval(drip)
    }
  })

  it('and never begins its TLS handshake is cut off', async () => {
    const running = await serve(ok, { tls: selfSignedCert({ name: 'server' }) })
    const client = stubborn(running, '')
    client.resume()
    await once(client, 'end')
    await allGone(running)
  })
})

describe('what Node would refuse without a body', () => {
  it.each([
    ['a request without a host', 'GET / HTTP/1.1\r\n\r\n', 400, 'no_host'],
    ['an expectation that nobody can meet', `${head}Expect: tea\r\nContent-Length: 1\r\n\r\nx`, 417, 'bad_expectation'],
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'method_not_allowed'],
  ])('%s is a problem', async (_case, bytes, status, code) => {
    const running = await serve(ok)
    const answer = await saidTo(stubborn(running, bytes))
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toContain('application/problem+json')
    expect(answer).toContain(`"code":"${code}"`)
  })

  it('a request of HTTP/1.0 needs no host', async () => {
    const running = await serve(ok)
    expect(await saidTo(stubborn(running, 'GET / HTTP/1.0\r\n\r\n'))).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('an offer to upgrade', () => {
  it('is not taken up, and no request is lost behind it: the connection is closed', async () => {
    const running = await serve((request, response) => {
      response.end(request.url)
      request.resume()
    })
    const offer =
      'POST /first HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}'
    const answer = await saidTo(stubborn(running, `${offer}GET /second HTTP/1.1\r\nHost: x\r\n\r\n`))
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toContain('Connection: close')
    expect(answer).toContain('/first')
    await allGone(running)
  })
})

describe('requests that are sent before the answer to the one before has come', () => {
  const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

  it('are begun one after the other', async () => {
    let [open, most, all] = [0, 0, 0]
    const running = await serve((_request, response) => {
      most = Math.max(most, ++open)
      all++
      // An answer that its client does not read stays here for as long as it is not the next one's turn.
      response.once('finish', () => open--).write('o')
      setImmediate(() => response.end('k'))
    })
    const answers = saidTo(stubborn(running, get.repeat(500)))
    expect((await answers).match(/200 OK/g)).toHaveLength(500)
    expect([most, all]).toEqual([1, 500])
  })

  it('are not begun where the connection is gone, or closed after the one before', async () => {
    const begun: (string | undefined)[] = []
    const arrived = Promise.withResolvers<ServerResponse>()
    const running = await serve((request, response) => {
      begun.push(request.url)
      if (request.url === '/held') arrived.resolve(response)
      else response.setHeader('Connection', 'close').end()
    })
    const client = stubborn(running, `${get.replace('/', '/held')}${get.replace('/', '/lost')}`)
    const response = await arrived.promise
    client.destroy()
    await once(response, 'close')
    await saidTo(stubborn(running, `${get.replace('/', '/last')}${get.replace('/', '/lost')}`))
    await allGone(running)
    expect(begun).toEqual(['/held', '/last'])
  })

  it('each get the body of their own', async () => {
    const running = await serve((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      request.once('end', () => setImmediate(() => response.end(`<${text}>`)))
    })
    const bodies = Array.from({ length: 20 }, (_none, index) => 'x'.repeat(1_000 * index))
    const posts = bodies.map((body) => `${head}Content-Length: ${body.length}\r\n\r\n${body}`)
    const answer = await saidTo(stubborn(running, posts.join('')))
    expect(answer.match(/<x*>/g)).toEqual(bodies.map((body) => `<${body}>`))
  })
})

describe('a body that nobody reads', () => {
  it('is waited for behind the answer, but not for as long as one that is read', async () => {
    const running = await serve(ok, { timeouts: { ...limits, requestMs: 60_000 } })
    const client = stubborn(running, 'GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    const drip = setInterval(() => client.write('1\r\nx\r\n'), 20)
    try {
      // As it is cut off, its own end may come as a reset.
      const gone = new Promise((resolve) => client.once('close', resolve))
      let text = ''
      client.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      await gone
      expect(text).toMatch(/^HTTP\/1\.1 200 /)
      await allGone(running)
    } finally {
      clearInterval(drip)
    }
  })
})

describe('Expect: 100-continue', () => {
  const request = `${head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`

  it('is met once somebody reads the body', async () => {
    const running = await serve((incoming, response) =>
      incoming.once('end', () => response.end('ok')).on('data', () => undefined),
    )
    const client = stubborn(running, request)
    const [first] = (await once(client, 'data')) as [Buffer] // what a socket's data event gives
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    client.write('{}')
    expect(await saidTo(client)).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('is not met where the headers are enough for a refusal', async () => {
    const running = await serve((incoming, response) => {
      response.writeHead(401).end()
      incoming.resume()
    })
    expect(await saidTo(stubborn(running, request))).toMatch(/^HTTP\/1\.1 401 /)
  })
})

describe('the admin app', () => {
  const admin = {
    checks: {},
    draining: () => false,
    metrics: async () => Promise.reject(new Error('secret of a stack')),
  }

  it.each([
    ['/nothing', 404, 'unknown_path'],
    ['/%E0%A4%A', 404, 'unknown_path'],
    ['/metrics', 500, 'internal_error'],
  ])('%s is a problem without banner and stack', async (path, status, code) => {
    const errors: unknown[] = []
    const running = await serve(createAdminApp(admin, (error) => errors.push(error)))
    const answer = await fetch(running.url() + path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    expect([answer.headers.get('x-powered-by'), answer.headers.get('server')]).toEqual([null, null])
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ status, code })
    expect(text).not.toMatch(/secret of a stack|node_modules|\.ts/)
    expect(errors).toHaveLength(status === 500 ? 1 : 0)
  })
})
