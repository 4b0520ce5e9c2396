import { createServer, connect } from 'node:net'
import { once } from 'node:events'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { createHmac } from 'node:crypto'
import { uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, headerOf, readTopics, type TopicReader } from './support/read-topics.ts'
import { authorization, startIngress, tenant, type TestIngress } from './support/start-ingress.ts'
import { post, textMessage, webhookOf } from './support/webhooks.ts'

const prefix = uniqueName('ingress')
const limit = 1024 * 1024
const hmacSecret = 'secret of hmac'
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  reader = await readTopics(prefix)
  ingress = await startIngress({
    prefix,
    tenants: {
      acme: tenant(),
      own: tenant({ webhookResponse: { status: 202, body: '{"ok":true}' } }),
      signed: tenant({ webhookAuth: { type: 'hmac', secret: hmacSecret, header: 'X-Signature' } }),
      constructor: tenant(),
    },
    more: { limits: { webhookBytes: limit, failedAuthPerMinute: 1_000_000 } },
  })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
})

async function problemOf(answer: Response): Promise<{ status: number; code: string }> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const body = (await answer.json()) as { status: number; code: string } // RFC 9457, ours
  expect(body.status).toBe(answer.status)
  return { status: answer.status, code: body.code }
}

const message = (): string => webhookOf(textMessage(uniqueName('m')))

describe('the answer to a webhook', () => {
  it.each(['onMessage', 'onDeliveryReport', 'onSeenReport', 'webhook'])('is 200 {} on %s', async (path) => {
    const answer = await post(ingress.url, message(), { path })
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json; charset=utf-8',
      '{}',
    ])
  })

  it('can be set', async () => {
    const answer = await post(ingress.url, message(), { tenant: 'own' })
    expect([answer.status, await answer.text()]).toEqual([202, '{"ok":true}'])
  })

  it.each([
    ['results: []', '{"results":[]}'],
    ['an empty body', ''],
    ['white space alone', ' \r\n '],
  ])('is 200 without an event for %s', async (_case, body) => {
    const before = reader.records.length
    expect((await post(ingress.url, body)).status).toBe(200)
    const id = uniqueName('after')
    await post(ingress.url, webhookOf(textMessage(id)))
    await reader.take((record) => headerOf(record, 'ce_subject') === id, 1)
    expect(reader.records.slice(before).filter((record) => record.topic.endsWith('unrecognised'))).toEqual([])
  })

  it('counts connection tests', async () => {
    await post(ingress.url, '')
    expect(await ingress.metrics()).toMatch(/imchannel_webhooks_total\{tenant="acme",outcome="empty"\} [1-9]/)
  })

  it.each(['{"hello":"MARK"}', '[1,"MARK"]', '"MARK"', '{"results":{"x":"MARK"}}', '{"results":"MARK"}'])(
    'is 200 and one unrecognised event for %s',
    async (template) => {
      const mark = uniqueName('mark')
      expect((await post(ingress.url, template.replace('MARK', mark))).status).toBe(200)
      const records = await reader.take((record) => record.value?.toString().includes(mark) ?? false, 1)
      expect(records.map(({ topic }) => topic)).toEqual([`${prefix}.unrecognised`])
    },
  )

  it.each(['nonsense', '{"results":[', '{}{}', '\u0000', "{'a':1}"])(
    'is 400 for what is not JSON: %j',
    async (body) => {
      expect(await problemOf(await post(ingress.url, body))).toEqual({ status: 400, code: 'not_json' })
    },
  )

  it.each(['application/xml', 'text/plain', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'is 415 for %s',
    async (type) => {
      expect(await problemOf(await post(ingress.url, message(), { headers: { 'content-type': type } }))).toEqual({
        status: 415,
        code: 'unsupported_type',
      })
    },
  )

  it.each([
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/vnd.infobip+json',
    'application/problem+json;v=1',
  ])('is 200 for %s', async (type) => {
    expect((await post(ingress.url, message(), { headers: { 'content-type': type } })).status).toBe(200)
  })

  it('is 200 without a content type', async () => {
    const answer = await fetch(`${ingress.url}/acme/imchannel/webhook`, {
      method: 'POST',
      headers: { authorization },
      body: new Blob([message()]),
    })
    expect(answer.status).toBe(200)
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('takes %s', async (encoding, compress) => {
    const id = uniqueName('compressed')
    const answer = await post(ingress.url, compress(webhookOf(textMessage(id))), {
      headers: { 'content-encoding': encoding },
    })
    expect(answer.status).toBe(200)
    const [record] = await reader.take((one) => headerOf(one, 'ce_subject') === id, 1)
    expect(record && dataOf(record)['messageId']).toBe(id)
  })

  it('is 415 for another encoding and 400 for a broken one', async () => {
    expect(await problemOf(await post(ingress.url, message(), { headers: { 'content-encoding': 'br' } }))).toEqual({
      status: 415,
      code: 'unsupported_encoding',
    })
    expect(await problemOf(await post(ingress.url, message(), { headers: { 'content-encoding': 'gzip' } }))).toEqual({
      status: 400,
      code: 'undecodable',
    })
    const cut = gzipSync(message()).subarray(0, 40)
    expect(await problemOf(await post(ingress.url, cut, { headers: { 'content-encoding': 'gzip' } }))).toEqual({
      status: 400,
      code: 'undecodable',
    })
  })

  it('is 413 over the limit, which the client reads although it is still sending', async () => {
    expect(await problemOf(await post(ingress.url, 'x'.repeat(limit + 1)))).toEqual({ status: 413, code: 'too_large' })
    expect((await post(ingress.url, Buffer.alloc(20 * limit, ' '))).status).toBe(413)
    const bomb = gzipSync(Buffer.alloc(limit + 1, ' '))
    expect((await post(ingress.url, bomb, { headers: { 'content-encoding': 'gzip' } })).status).toBe(413)
  })

  it('is 413 for a chunked body over the limit', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(32)
    let left = 40
    const body = new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    })
    // Node takes a stream with it alone, and its types do not have it.
    const streaming: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { authorization },
      body,
      duplex: 'half',
    }
    const answer = await fetch(`${ingress.url}/acme/imchannel/webhook`, streaming)
    expect(answer.status).toBe(413)
  })

  it('is 200 for a body of exactly the limit', async () => {
    const body = webhookOf(textMessage(uniqueName('full'), { text: 'x'.repeat(500_000) }))
    expect((await post(ingress.url, body + ' '.repeat(limit - Buffer.byteLength(body)))).status).toBe(200)
  })

  it('is 405 with Allow for another method and 404 for another path', async () => {
    const answer = await fetch(`${ingress.url}/acme/imchannel/onMessage`)
    expect(answer.headers.get('allow')).toBe('POST')
    expect(await problemOf(answer)).toEqual({ status: 405, code: 'method_not_allowed' })
    expect(await problemOf(await post(ingress.url, '{}', { path: 'onmessage' }))).toEqual({
      status: 404,
      code: 'unknown_path',
    })
    expect(await problemOf(await fetch(`${ingress.url}/%E0%A4%A/imchannel/onMessage`, { method: 'POST' }))).toEqual({
      status: 400,
      code: 'bad_path',
    })
  })

  it('shows no version', async () => {
    const answer = await post(ingress.url, message())
    expect([answer.headers.get('server'), answer.headers.get('x-powered-by')]).toEqual([null, null])
  })
})

describe('the order of the checks', () => {
  const wrong = { authorization: 'Basic d3Jvbmc6d3Jvbmc=' }

  it.each(['nobody', 'toString', '__proto__', 'Acme'])('is tenant first: %s is 404 whatever the rest', async (name) => {
    expect(
      await problemOf(
        await post(ingress.url, 'x', { tenant: name, headers: { ...wrong, 'content-type': 'text/xml' } }),
      ),
    ).toEqual({ status: 404, code: 'unknown_tenant' })
  })

  it('takes a tenant that is named like a property of every object', async () => {
    expect((await post(ingress.url, message(), { tenant: 'constructor' })).status).toBe(200)
  })

  it('is credentials before content type, size and JSON', async () => {
    const answer = await post(ingress.url, 'x'.repeat(limit + 1), { headers: { ...wrong, 'content-type': 'text/xml' } })
    expect(answer.headers.get('www-authenticate')).toContain('Basic')
    expect(await problemOf(answer)).toEqual({ status: 401, code: 'unauthorized' })
  })

  it('is content type before size, and size before JSON', async () => {
    expect((await post(ingress.url, 'x'.repeat(limit + 1), { headers: { 'content-type': 'text/xml' } })).status).toBe(
      415,
    )
    expect((await post(ingress.url, 'x'.repeat(limit + 1))).status).toBe(413)
  })

  it('reads no body of a sender that it does not know', async () => {
    const socket = connect(Number(new URL(ingress.url).port), '127.0.0.1')
    socket.write(
      'POST /acme/imchannel/onMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    )
    const [answer] = (await once(socket, 'data')) as [Buffer] // what a socket's data event gives
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /)
    socket.destroy()
  })

  it('with hmac is credentials first as well, over the bytes as sent', async () => {
    const body = message()
    const to = 'signed'
    expect((await post(ingress.url, body, { tenant: to, headers: sign(body) })).status).toBe(200)
    expect(
      (await post(ingress.url, body, { tenant: to, headers: { ...sign(`${body} `), 'content-type': 'text/xml' } }))
        .status,
    ).toBe(401)
    expect(
      (await post(ingress.url, body, { tenant: to, headers: { ...sign(body), 'content-type': 'text/xml' } })).status,
    ).toBe(415)
    expect((await post(ingress.url, 'nonsense', { tenant: to, headers: sign('nonsense') })).status).toBe(400)
    const packed = gzipSync(body)
    expect(
      (await post(ingress.url, packed, { tenant: to, headers: { ...sign(packed), 'content-encoding': 'gzip' } }))
        .status,
    ).toBe(200)
    expect(
      (await post(ingress.url, packed, { tenant: to, headers: { ...sign(body), 'content-encoding': 'gzip' } })).status,
    ).toBe(200)
  })

  it('publishes nothing for a refused sender', async () => {
    const id = uniqueName('refused')
    expect((await post(ingress.url, webhookOf(textMessage(id)), { headers: wrong })).status).toBe(401)
    const after = uniqueName('after')
    await post(ingress.url, webhookOf(textMessage(after)))
    await reader.take((record) => headerOf(record, 'ce_subject') === after, 1)
    expect(reader.records.filter((record) => record.value?.toString().includes(id))).toEqual([])
  })
})

describe('health', () => {
  it('is served, with the metrics', async () => {
    expect((await fetch(`${ingress.url}/livez`)).status).toBe(200)
    expect((await fetch(`${ingress.url}/readyz`)).status).toBe(200)
    const metrics = await fetch(`${ingress.url}/metrics`)
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(await metrics.text()).toMatch(/imchannel_webhook_ack_duration_seconds_bucket/)
  })

  it('moves to a port of its own, and off the public one', async () => {
    const adminPort = await freePort()
    await using other = await startIngress({ prefix, more: { adminPort } })
    expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200)
    expect((await fetch(`${other.url}/readyz`)).status).toBe(404)
  })
})

function sign(bytes: string | Buffer): { 'x-signature': string } {
  return { 'x-signature': createHmac('sha256', hmacSecret).update(bytes).digest('hex') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
