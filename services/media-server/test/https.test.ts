import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { selfSignedCert, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMediaServer } from './start-media-server.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-tls-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const file = (name: string): string => join(folder, name)

async function issue(name: string): Promise<void> {
  const { cert, key } = selfSignedCert({ name })
  // The certificate first: in between the two are no pair, and the earlier one stays in force.
  await writeFile(file('cert'), cert)
  await writeFile(file('key'), key)
}

async function nameShown(url: string, client: { cert?: string; key?: string } = {}): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false, ...client })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return String(subject.CN)
}

function statusOf(url: string, client: { cert?: string; key?: string } = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, agent: false, ...client }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    }).once('error', reject)
  })
}

test('media are served over HTTPS, with a renewed certificate without a restart', async () => {
  await issue('first')
  await using server = await startMediaServer({ settings: { tls: { cert: file('cert'), key: file('key') } } })
  expect(server.url).toMatch(/^https:/)
  expect(await statusOf(server.path('getImageMessage/00000000-0000-4000-8000-000000000000'))).toBe(404)
  expect(await statusOf(`${server.url}/readyz`)).toBe(200)
  expect(await nameShown(server.url)).toBe('first')
  await issue('second')
  await waitUntil(async () => (await nameShown(server.url)) === 'second', { what: 'the renewed certificate' })
  expect(await statusOf(`${server.url}/readyz`)).toBe(200)
})

test('with clientCa only clients with a certificate of that authority are let in', async () => {
  await issue('server')
  const client = selfSignedCert({ name: 'client' })
  await writeFile(file('ca'), client.cert)
  const tls = { cert: file('cert'), key: file('key'), clientCa: file('ca') }
  await using server = await startMediaServer({ settings: { tls } })
  expect(await statusOf(`${server.url}/readyz`, client)).toBe(200)
  await expect(statusOf(`${server.url}/readyz`)).rejects.toThrow()
  await expect(statusOf(`${server.url}/readyz`, selfSignedCert({ name: 'stranger' }))).rejects.toThrow()
})

function miss(url: string, forwarded: string): Promise<number> {
  return fetch(`${url}/getImageMessage/00000000-0000-4000-8000-000000000000`, {
    headers: { 'x-forwarded-for': forwarded },
  }).then(({ status }) => status)
}

/** More at once than anybody's misses may be. */
function flood(url: string, forwarded: (index: number) => string): Promise<number[]> {
  return Promise.all(Array.from({ length: 300 }, (_none, index) => miss(url, forwarded(index))))
}

test('misses are counted by who sent them: a trusted proxy’s X-Forwarded-For, nobody else’s', async () => {
  await using behindProxy = await startMediaServer({ settings: { trustedProxies: ['127.0.0.1'] } })
  expect(await flood(behindProxy.path('').slice(0, -1), () => '203.0.113.1')).toContain(429)
  expect(await miss(behindProxy.path('').slice(0, -1), '203.0.113.2')).toBe(404)

  await using direct = await startMediaServer()
  // Another address in each request: they are still all of one sender.
  expect(await flood(direct.path('').slice(0, -1), (index) => `203.0.113.${index % 250}`)).toContain(429)
  expect(await miss(direct.path('').slice(0, -1), '203.0.113.251')).toBe(429)
})
