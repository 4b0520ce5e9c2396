import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect, getCACertificates, setDefaultCACertificates, type TlsOptions, type TLSSocket } from 'node:tls'
import { createInfobipClient } from '@imchannel/infobip'
import { fetchMedia } from '@imchannel/media-store'
import { selfSignedCert } from '@imchannel/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

// Of different names: an authority is looked up by its own.
const trusted = selfSignedCert({ name: 'trusted' })
const expired = selfSignedCert({ name: 'expired', validUntil: new Date(Date.now() - 3_600_000) })
const elsewhere = selfSignedCert({ name: 'elsewhere', address: '10.9.8.7' })
const stranger = selfSignedCert({ name: 'stranger' })
const usual = getCACertificates('default')
const servers: Server[] = []
const PATIENCE = { timeout: 30_000 }

beforeAll(() => setDefaultCACertificates([trusted.cert, expired.cert, elsewhere.cert]))
afterAll(() => setDefaultCACertificates(usual))
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A real server, every request that got through to it, and its connections. */
async function serve(options: TlsOptions, answerAfterMs = 0) {
  const requests: string[] = []
  const connections: TLSSocket[] = []
  const server = createServer(options, (request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
    setTimeout(() => response.setHeader('content-type', 'application/json').end('{}'), answerAfterMs).unref()
  })
  server.on('tlsClientError', () => undefined)
  server.on('secureConnection', (socket: TLSSocket) => connections.push(socket))
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, requests, connections } // of a TCP server
}

/** Every way in which a URL is fetched over TLS, and what it says of it. */
const ways: readonly [string, (port: number) => Promise<string>][] = [
  [
    'a send',
    async (port) => {
      const client = createInfobipClient({ baseUrl: `https://127.0.0.1:${port}`, apiKey: 'key' })
      const { kind } = await client.scenarios()
      await client.close()
      return kind
    },
  ],
  [
    'a customer’s media',
    async (port) => {
      const client = createInfobipClient({ baseUrl: `https://127.0.0.1:${port}`, apiKey: 'key' })
      const url = `https://127.0.0.1:${port}/whatsapp/1/senders/1/media/m`
      const opened = await client.openInboundMedia(url, { method: 'GET', sender: '1', maxBytes: 1_000 })
      if (opened.kind === 'found') opened.body.destroy()
      await client.close()
      return opened.kind
    },
  ],
  [
    'media.url of a command',
    async (port) => {
      const allow = ['127.0.0.1']
      const fetched = await fetchMedia(`https://127.0.0.1:${port}/m`, { maxBytes: 1_000, timeoutMs: 10_000, allow })
      if (fetched.ok) fetched.body.destroy()
      return fetched.ok ? 'found' : fetched.reason
    },
  ],
]

const byName = (port: number, answerMs: number) => {
  const client = createInfobipClient({
    baseUrl: `https://localhost:${port}`,
    apiKey: 'key',
    connectMs: 2_000,
    answerMs,
  })
  onTestFinished(() => client.close())
  return client
}

describe('a send', () => {
  test('finds its server by name, waits for its answer longer than for the name, and keeps the connection', async () => {
    const { port, requests, connections } = await serve(trusted, 2_200)
    const client = byName(port, 20_000)
    for (let call = 0; call < 3; call++) expect((await client.scenarios()).kind).toBe('response')
    expect(requests).toHaveLength(3)
    // The second call begins before undici has the first one's connection back.
    expect(connections.length).toBeLessThanOrEqual(2)
  })

  test('is taken back as far as it has not arrived: the connection is reset', async () => {
    const ends: string[] = []
    const { port, connections } = await serve(trusted, 60_000)
    const sent = byName(port, 3_000).scenarios()
    await vi.waitFor(() => expect(connections).toHaveLength(1), PATIENCE)
    connections[0]?.on('error', (error: Error & { code?: string }) => ends.push(error.code ?? error.name))
    connections[0]?.on('end', () => ends.push('closed'))
    expect(await sent).toMatchObject({ kind: 'unknown', cause: { code: 'ETIMEDOUT' } })
    await vi.waitFor(() => expect(ends).toEqual(['ECONNRESET']), PATIENCE)
  })
})

test('a server that closes as soon as the handshake is over is connected to once or twice, not for ever', async () => {
  const { port, connections } = await serve({ ...trusted, maxVersion: 'TLSv1.2' })
  servers[0]?.on('secureConnection', (socket: TLSSocket) => socket.destroy())
  expect((await byName(port, 3_000).scenarios()).kind).toMatch(/^(not-sent|unknown)$/)
  expect(connections.length).toBeLessThanOrEqual(2)
})

describe.each(ways)('%s', (_name, reach) => {
  test('reaches a server of TLS 1.2 and one of 1.3 whose certificate is good', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { port, requests } = await serve({ ...trusted, minVersion: version, maxVersion: version })
      expect(await reach(port)).toMatch(/^(response|found)$/)
      expect(requests).toHaveLength(1)
    }
  })

  test.each([
    ['whose authority nobody knows', stranger],
    ['whose certificate has expired', expired],
    ['whose certificate is another address’s', elsewhere],
  ])('sends nothing to a server %s, whatever the environment says', async (_case, pair) => {
    const { port, requests } = await serve(pair)
    for (const setting of [undefined, '0']) {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', setting)
      expect(await reach(port)).toMatch(/^(not-sent|unreachable|absent)$/)
    }
    expect(requests).toEqual([])
  })

  test('sends nothing to a server that knows no TLS above 1.1', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const { port, requests } = await serve({ ...trusted, ...old })
    expect(await reach(port)).toMatch(/^(not-sent|unreachable|absent)$/)
    expect(requests).toEqual([])
    // It does answer those who take less.
    const willing = connect({ port, host: '127.0.0.1', ...old })
    await once(willing, 'secureConnect')
    expect(willing.getProtocol()).toBe('TLSv1.1')
    willing.destroy()
  })
})
