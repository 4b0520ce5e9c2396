import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { encodeEvent, topics, type ImEventOf } from '@imchannel/events'
import { createKafkaClient, createProducer, ensureTopics } from '@imchannel/kafka'
import { createPendingMedia, INBOUND_TOKEN_LIFE_S, signInboundToken } from '@imchannel/media-store'
import { sampleMedia } from '@imchannel/media-store/samples'
import { createRedis } from '@imchannel/redis'
import { testStack, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createAccountPace } from '../src/adapters/account-pace.ts'
import { MEDIA_SECRET, MEDIA_TOKEN, startMediaServer, type RunningMediaServer } from './start-media-server.ts'

const API_KEY = 'key-of-the-account'
const PICTURE = sampleMedia('image/jpeg', 300_000)

/** A stand-in for Infobip's inbound media: what it was asked, and with what. */
let infobip: Server
let base: string
const requests: { path: string; key: string | undefined }[] = []

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? ''
  requests.push({ path, key: request.headers.authorization })
  const isFirst = requests.filter((one) => one.path === path).length === 1
  if (isFirst && path.includes('not-yet')) response.writeHead(404).end()
  else if (isFirst && path.includes('down')) response.writeHead(503).end()
  else if (isFirst && path.includes('dropped')) response.destroy()
  else if (isFirst && path.includes('throttled')) response.writeHead(429).end()
  else if (isFirst && path.includes('forbidden')) response.writeHead(401).end()
  else if (path.includes('too-bad')) response.writeHead(400).end()
  else if (path.includes('gone')) response.writeHead(404).end()
  else if (path.includes('refused')) response.writeHead(403).end()
  else if (path.includes('cut'))
    response.writeHead(200, { 'content-length': 500_000 }).write(PICTURE, () => response.destroy())
  else if (path.includes('moved')) response.writeHead(302, { location: '/cdn/picture' }).end()
  else response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': PICTURE.length }).end(PICTURE)
}

const sender = uniqueNumber()
let server: RunningMediaServer
let neighbour: RunningMediaServer

beforeAll(async () => {
  infobip = createServer(answer).listen(0, '127.0.0.1')
  await once(infobip, 'listening')
  const address = infobip.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  base = `http://127.0.0.1:${address.port}`
  const accounts = [{ baseUrl: base, apiKey: API_KEY, senders: [{ number: sender, scenarioKey: 'A' }] }]
  server = await startMediaServer({ tenantSettings: { accounts } })
  neighbour = await startMediaServer({ tenant: server.tenant, tenantSettings: { accounts } })
})
afterAll(async () => {
  await Promise.all([server.stop(), neighbour.stop()])
  infobip.closeAllConnections()
  infobip.close()
})

function mediaUrl(name = 'picture'): string {
  return `${base}/whatsapp/1/senders/${sender}/media/${name}-${randomUUID()}`
}

interface Link {
  readonly expiresAt?: number
  readonly secret?: string
  readonly from?: string
}

function link(
  url: string,
  { expiresAt = Date.now() / 1000 + 60, secret = MEDIA_SECRET, from = sender }: Link = {},
): string {
  const token = signInboundToken(server.tenant, { sender: from, url, expiresAt: Math.floor(expiresAt) }, secret)
  return server.path(`inboundMedia/${token}`)
}

function asked(url: string): typeof requests {
  return requests.filter(({ path }) => url.endsWith(path))
}

test('a customer’s media is fetched with the key at the first read, and kept', async () => {
  const url = mediaUrl()
  const head = await fetch(link(url), { method: 'HEAD' })
  const get = await fetch(link(url))
  expect([head.status, head.headers.get('content-type'), head.headers.get('content-length')]).toEqual([
    200,
    'image/jpeg',
    '300000',
  ])
  expect(Buffer.from(await get.arrayBuffer()).equals(PICTURE)).toBe(true)
  expect((await fetch(link(url), { headers: { range: 'bytes=0-1' } })).status).toBe(206)
  expect(asked(url).map(({ key }) => key)).toEqual([`App ${API_KEY}`])
})

test('many readers, of two instances, cost one fetch', async () => {
  const url = mediaUrl()
  const other = link(url).replace(server.url, neighbour.url)
  const links = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? link(url) : other))
  const sizes = await Promise.all(links.map(async (one) => (await (await fetch(one)).arrayBuffer()).byteLength))
  expect(sizes).toEqual(links.map(() => 300_000))
  expect(asked(url)).toHaveLength(1)
})

test('a redirect is followed without the key', async () => {
  const url = mediaUrl('moved')
  const response = await fetch(link(url))
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 300_000])
  expect(asked(url).map(({ key }) => key)).toEqual([`App ${API_KEY}`])
  expect(requests.find(({ path }) => path === '/cdn/picture')?.key).toBeUndefined()
})

test('requests to one account are booked a fifteenth of a second apart, whoever asks', async () => {
  const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
  const account = uniqueName('account')
  const slotAfter = async (): Promise<number> => Number(await redis.get(`imc:inbound:pace:${account}`))
  const [one, other] = [createAccountPace(redis), createAccountPace(redis)]
  await one(account, 60_000)
  const first = await slotAfter()
  await Promise.all(Array.from({ length: 40 }, async (_, index) => (index % 2 === 0 ? one : other)(account, 60_000)))
  expect((await slotAfter()) - first).toBeGreaterThanOrEqual((40 * 1000) / 15)
  expect(await one(account, 100)).toBeUndefined()
  redis.disconnect()
})

test.each([
  ['gone', 404, 'gone'],
  ['refused', 502, 'infobip_refused'],
  ['cut', 502, 'infobip_refused'],
])('what is %s at Infobip is %i', async (name, status, code) => {
  const response = await fetch(link(mediaUrl(name)))
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code, status })
})

test.each([
  ['another host', () => link(`https://evil.example/media/1`), 404],
  ['a host that only looks like the account’s', () => link(`${base}@evil.example/media/1`), 404],
  ['any other endpoint of the account', () => link(`${base}/omni/1/reports`), 404],
  ['a media item of another number', () => link(mediaUrl().replace(sender, '447700900123')), 404],
  ['a media item with a query', () => link(`${mediaUrl()}?limit=5`), 404],
  ['a number of nobody', () => link(mediaUrl(), { from: '10000000' }), 404],
  ['an expired link', () => link(mediaUrl(), { expiresAt: Date.now() / 1000 - 1 }), 404],
  ['a forged link', () => link(mediaUrl(), { secret: 'guessed' }), 401],
  ['another tenant’s link', () => link(mediaUrl()).replace(server.tenant, 'other'), 404],
  ['no link', () => server.path('inboundMedia/x'), 404],
])('%s is not followed', async (_, url, status) => {
  const before = requests.length
  const response = await fetch(url())
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
  expect(requests.length).toBe(before)
})

test.each([
  ['expired', { expiresAt: 1 }],
  ['signed by nobody that we know', { secret: 'old' }],
])('a media token stands for a link that is %s', async (_, how) => {
  const url = link(mediaUrl(), how)
  expect((await fetch(url, { headers: { authorization: `Bearer ${MEDIA_TOKEN}` } })).status).toBe(200)
  expect((await fetch(url, { headers: { authorization: 'Bearer wrong' } })).status).toBeGreaterThanOrEqual(401)
})

test.each(['/omni/1/scenarios', '/omni/1/logs?limit=5', '/whatsapp/1/senders/447700900123/media/x'])(
  'a media token does not open %s of the account',
  async (path) => {
    const before = requests.length
    const response = await fetch(link(base + path, { secret: 'guessed' }), {
      headers: { authorization: `Bearer ${MEDIA_TOKEN}` },
    })
    expect(response.status).toBe(404)
    expect(requests.length).toBe(before)
  },
)

test('a media item that was kept is not served without its link', async () => {
  const url = mediaUrl()
  await fetch(link(url)).then((response) => response.arrayBuffer())
  const line = server.lines.findLast((one) => one.includes('onGetInboundMedia'))
  const id = /\[([0-9a-f-]{36})\]/.exec(line ?? '')?.[1] ?? 'none'
  expect((await fetch(server.path(`getImageMessage/${id}`))).status).toBe(404)
})

/** Starts a server that keeps media at once, and has messages with them in Kafka. */
async function keepAtOnce(urls: readonly string[]): Promise<RunningMediaServer> {
  const prefix = uniqueName('im')
  const accounts = [{ baseUrl: base, apiKey: API_KEY, senders: [{ number: sender, scenarioKey: 'A' }] }]
  const kafka = createKafkaClient({ brokers: testStack().brokers }, { clientId: 'test' })
  const names = topics(prefix)
  await ensureTopics(kafka, [{ name: names.inbound, partitions: 1, replication: 1 }])
  const now = new Date()
  const expiresAt = Math.floor(now.getTime() / 1000) + INBOUND_TOKEN_LIFE_S
  const producer = createProducer(kafka)
  const records = urls.map((url) => {
    const event: ImEventOf<'imchannel.message.received.v1'> = {
      type: 'imchannel.message.received.v1',
      id: randomUUID(),
      tenant: server.tenant,
      key: `${server.tenant}:${sender}:39123456789`,
      time: now.toISOString(),
      data: {
        tenant: server.tenant,
        channel: 'WHATSAPP',
        messageId: 'm',
        from: '39123456789',
        receivedAt: now.toISOString(),
        content: { type: 'image', url, media: { url: link(url, { expiresAt }) } },
        original: {},
      },
    }
    return encodeEvent(event, names)
  })
  await producer.publish(records)
  await producer.close()
  const settings = { inboundMedia: 'at-once', topics: { prefix } }
  return startMediaServer({ tenant: server.tenant, tenantSettings: { accounts }, settings })
}

test('where it is asked for, a media item is fetched as soon as its message is in Kafka', async () => {
  const url = mediaUrl('at-once')
  await using keeping = await keepAtOnce([url])
  await waitUntil(() => asked(url).length > 0)
  await waitUntil(async () => (await fetch(link(url).replace(server.url, keeping.url), { method: 'HEAD' })).ok)
  expect(asked(url)).toHaveLength(1)
})

test('a media item that is not there yet, or of an Infobip that is away, is kept once it can be; none holds up another', async () => {
  const late = ['not-yet', 'down', 'dropped', 'throttled', 'forbidden'].map(mediaUrl)
  const [lost, fine] = [mediaUrl('too-bad'), mediaUrl('fine')]
  await using keeping = await keepAtOnce([lost, ...late, fine])
  await waitUntil(() => asked(fine).length > 0)
  for (const url of [...late, lost]) await waitUntil(() => asked(url).length > 0)
  // Neither of them was to be had at first.
  for (const url of late) await waitUntil(() => asked(url).length === 2)
  const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
  onTestFinished(() => redis.disconnect())
  const waiting = async (): Promise<string[]> => redis.zrange('imc:inbound:pending', '0', '-1')
  await waitUntil(async () => !(await waiting()).some((member) => member.includes(server.tenant)))
  expect([...late, fine].map((url) => asked(url).length)).toEqual([2, 2, 2, 2, 2, 1])
  expect(asked(lost)).toHaveLength(1)
  const gaveUp = keeping.lines.filter((line) => line.includes('cannot be kept'))
  expect(gaveUp).toEqual([expect.stringContaining('infobip_refused Infobip answered with status 400')])
})

test('what waits for its next try waits once, comes up when it is due, and again where nobody settled it', async () => {
  const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
  onTestFinished(() => redis.disconnect())
  const pending = createPendingMedia(redis)
  // Long ago, so that what other tests have waiting is not due.
  const media = { tenant: uniqueName('acme'), sender, url: mediaUrl(), expiresAt: 9_999_999_999 }
  expect([await pending.add(media, 1_000), await pending.add(media, 5_000)]).toEqual([true, true])
  expect(await pending.all()).toContainEqual(media)
  expect(await pending.take(10, { now: 999, until: 2_000 })).toEqual([])
  expect(await pending.take(10, { now: 1_000, until: 2_000 })).toEqual([media])
  expect(await pending.take(10, { now: 1_999, until: 3_000 })).toEqual([])
  expect(await pending.take(10, { now: 2_000, until: 3_000 })).toEqual([media])
  await pending.settle(media, 4_000)
  expect(await pending.take(10, { now: 3_999, until: 5_000 })).toEqual([])
  await pending.settle(media, undefined)
  expect(await pending.take(10, { now: 4_000, until: 5_000 })).toEqual([])
  await pending.settle(media, 6_000)
  expect(await pending.take(10, { now: 6_000, until: 7_000 })).toEqual([])
})
