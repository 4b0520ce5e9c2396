import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer, type LookupFunction, type Socket } from 'node:net'
import { fetchMedia, MediaFetchError, type FetchedFromUrl, type FetchMediaOptions } from '@imchannel/media-store'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { collect } from './sample-media.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

/** Port of a server on 127.0.0.1. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Port of a server that takes connections and says nothing. */
async function listenSilently(): Promise<number> {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const limits = { maxBytes: 1_000, timeoutMs: 10_000, allowHttp: true }

async function get(url: string, options: Partial<FetchMediaOptions> = {}): Promise<FetchedFromUrl> {
  return fetchMedia(url, { ...limits, ...options })
}

const onlyPublicExampleIsHere: LookupFunction = (hostname, options, callback) =>
  resolver([hostname === 'public.example' ? '127.0.0.1' : '10.0.0.9'])(hostname, options, callback)

/** Answers every name with these addresses, the first look-up with the first, and so on. */
function resolver(...answers: string[][]): LookupFunction {
  let asked = 0
  return (_hostname, options, callback) => {
    const found = answers[Math.min(asked, answers.length - 1)] ?? []
    asked += 1
    const addresses = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    if (options.all === true) callback(null, addresses)
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
  }
}

test('a public URL is opened: its bytes, type, length and name', async () => {
  const port = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': 5 }).end('bytes'),
  )
  const fetched = await get(`http://127.0.0.1:${port}/a%20b.png?x=1`, { allow: ['127.0.0.1'] })
  expect(fetched).toMatchObject({ ok: true, contentType: 'image/png', contentLength: 5, filename: 'a b.png' })
  expect(fetched.ok && (await collect(fetched.body)).toString()).toBe('bytes')
})

test.each([
  [`attachment; filename="Invoice 1.pdf"`, 'Invoice 1.pdf'],
  [`attachment; filename=invoice.pdf; size=1`, 'invoice.pdf'],
  [`inline; filename="x.pdf"; filename*=UTF-8''M%C3%A4rz.pdf`, 'März.pdf'],
])('the server’s name for it counts: %s', async (disposition, filename) => {
  const port = await serve((_, response) => response.writeHead(200, { 'content-disposition': disposition }).end('x'))
  expect(await get(`http://127.0.0.1:${port}/download`, { allow: ['127.0.0.1'] })).toMatchObject({ filename })
})

test.each([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://2130706433/',
  'http://017700000001/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.1/',
  'http://0x7f.1/',
  'http://127.0.0.1./',
  'http://127。0。0。1/',
  'http://①②⑦.⓪.⓪.①/',
  'http://%31%32%37.0.0.1/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[2002:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[ff02::1]/',
  'http://localhost/',
  'http://LOCALHOST/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://100.64.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
])('%s leads to no public address and is not fetched', async (url) => {
  expect(await get(url)).toMatchObject({ ok: false, reason: 'forbidden-url' })
})

test.each([
  ['a name that no one has', async () => 'https://nobody.invalid/a.png'],
  ['a port that no one listens on', async () => 'http://127.0.0.1:1/a.png'],
  [
    'a server that speaks no TLS',
    async () => `https://127.0.0.1:${await serve((_, response) => response.end())}/a.png`,
  ],
  ['a host that answers to nothing', async () => `https://127.0.0.1:${await listenSilently()}/a.png`],
])('%s is absent, and known to be soon', async (_, url) => {
  const options = { allow: ['127.0.0.1'], connectMs: 200, timeoutMs: 60_000 }
  expect(await get(await url(), options)).toMatchObject({ ok: false, reason: 'absent' })
})

test.each([
  'ftp://example.com/a',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'data:image/png;base64,AAAA',
  'javascript:1',
  'http://user:password@example.com/',
  'http://example.com@127.0.0.1/',
  'no url',
  '',
  '//example.com/x',
  'http://',
])('%j is not a URL to be fetched', async (url) => {
  expect(await get(url)).toMatchObject({ ok: false, reason: 'forbidden-url' })
})

test('http needs to be allowed', async () => {
  const port = await serve((_, response) => response.end('x'))
  expect(await get(`http://127.0.0.1:${port}/`, { allow: ['127.0.0.1'], allowHttp: false })).toMatchObject({
    reason: 'forbidden-url',
  })
})

test('a name is judged by its addresses, all of them', async () => {
  for (const addresses of [['127.0.0.1'], ['93.184.215.14', '10.0.0.1'], ['::ffff:127.0.0.1'], ['fe80::1']]) {
    expect(await get('http://media.example/', { lookup: resolver(addresses) })).toMatchObject({
      reason: 'forbidden-url',
    })
  }
})

test('a name that turns private after it was looked up gains nothing: the connection is made to what was judged', async () => {
  let requests = 0
  const port = await serve((_, response) => {
    requests += 1
    response.end('secret')
  })
  // 192.0.2.1 is no host; the policy is told to take it for a public one. Its second answer is the server.
  const lookup = resolver(['192.0.2.1'], ['127.0.0.1'])
  const options = { lookup, allow: ['192.0.2.1'], timeoutMs: 2_000 }
  expect(await get(`http://rebind.example:${port}/`, options)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^(absent|unreachable)$/),
  })
  expect(await get(`http://rebind.example:${port}/`, options)).toMatchObject({ ok: false, reason: 'forbidden-url' })
  expect(requests).toBe(0)
})

test.each([
  'http://10.0.0.1/',
  'http://[::1]/',
  'http://2130706434/',
  'ftp://example.com/',
  'http://u:p@example.com/',
  'http://private.example/',
])('a redirect to %s is not followed', async (location) => {
  const port = await serve((_, response) => response.writeHead(302, { location }).end())
  expect(
    await get(`http://public.example:${port}/`, { lookup: onlyPublicExampleIsHere, allow: ['public.example'] }),
  ).toMatchObject({
    reason: 'forbidden-url',
  })
})

test('redirects are followed, relative ones too, but not for ever', async () => {
  const port = await serve((request, response) => {
    if (request.url === '/end') response.end('here')
    else if (request.url === '/loop') response.writeHead(301, { location: '/loop' }).end()
    else response.writeHead(307, { location: 'end' }).end()
  })
  const allow = ['127.0.0.1']
  const fetched = await get(`http://127.0.0.1:${port}/start`, { allow })
  expect(fetched.ok && (await collect(fetched.body)).toString()).toBe('here')
  expect(await get(`http://127.0.0.1:${port}/loop`, { allow })).toMatchObject({ reason: 'too-many-redirects' })
})

test.each([
  [404, 'refused'],
  [403, 'refused'],
  [206, 'refused'],
  [429, 'unreachable'],
  [503, 'unreachable'],
])('status %i is %s', async (status, reason) => {
  const port = await serve((_, response) => response.writeHead(status).end())
  expect(await get(`http://127.0.0.1:${port}/`, { allow: ['127.0.0.1'] })).toMatchObject({ ok: false, reason })
})

test('a declared length over the limit is refused before a byte is read', async () => {
  const port = await serve((_, response) => response.writeHead(200, { 'content-length': 1_001 }).flushHeaders())
  expect(await get(`http://127.0.0.1:${port}/`, { allow: ['127.0.0.1'] })).toMatchObject({ reason: 'too-large' })
})

test('more bytes than allowed end the reading with an error', async () => {
  const port = await serve((_, response) => {
    response.write(Buffer.alloc(600))
    response.end(Buffer.alloc(600))
  })
  const fetched = await get(`http://127.0.0.1:${port}/`, { allow: ['127.0.0.1'] })
  await expect(fetched.ok && collect(fetched.body)).rejects.toThrow(
    new MediaFetchError('too-large', 'it has more than 1000 bytes'),
  )
})

test('bytes that break off or never end are an error', async () => {
  const port = await serve((request, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('some', () => request.url === '/cut' && response.destroy())
  })
  const options = { allow: ['127.0.0.1'], timeoutMs: 2_000 }
  for (const path of ['/cut', '/hang']) {
    const fetched = await get(`http://127.0.0.1:${port}${path}`, options)
    await expect(fetched.ok && collect(fetched.body)).rejects.toMatchObject({ reason: 'unreachable' })
  }
})

test('nothing about us is sent along', async () => {
  let headers: object = {}
  const port = await serve((request, response) => {
    headers = request.headers
    response.end()
  })
  await get(`http://127.0.0.1:${port}/`, { allow: ['127.0.0.1'] })
  expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
})
