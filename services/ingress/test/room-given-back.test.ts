import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyChunks } from './support/attacks.ts'
import { startIngress, tenant, type TestIngress } from './support/start-ingress.ts'
import { post, textMessage, webhookOf } from './support/webhooks.ts'

const secret = 'secret of hmac'
let ingress: TestIngress

beforeAll(async () => {
  ingress = await startIngress({
    prefix: uniqueName('ingress'),
    tenants: {
      acme: tenant(),
      signed: tenant({ webhookAuth: { type: 'hmac', secret, header: 'X-Signature' } }),
    },
    more: {
      limits: {
        unauthenticatedBytes: '1MiB',
        waitingBytes: '8MiB',
        failedAuthPerMinute: 1_000_000,
      },
    },
  })
})

afterAll(() => ingress.stop())

const sign = (body: string | Buffer, key = secret): string => createHmac('sha256', key).update(body).digest('hex')

function send(body: string | Buffer, headers: Record<string, string>): Promise<Response> {
  return post(ingress.url, body, { tenant: 'signed', headers: { authorization: '', ...headers } })
}

const isEmpty = async (): Promise<boolean> => (await ingress.metrics()).includes('imchannel_webhook_held_bytes 0')

const large = 'x'.repeat(100_000)
const refusals: readonly (readonly [string, number, () => Promise<Response>])[] = [
  ['whose signature is wrong', 401, () => send(large, { 'x-signature': sign(large, 'other') })],
  [
    'whose signature is wrong, compressed',
    401,
    () => send(gzipSync(large), { 'x-signature': sign('other'), 'content-encoding': 'gzip' }),
  ],
  ['that is no gzip', 400, () => send(large, { 'x-signature': sign(large), 'content-encoding': 'gzip' })],
  [
    'of an encoding that is not taken',
    415,
    () => send(large, { 'x-signature': sign(large), 'content-encoding': 'br' }),
  ],
  [
    'of a charset that is not taken',
    415,
    () => send(large, { 'x-signature': sign(large), 'content-type': 'application/json; charset=utf-16' }),
  ],
  ['that is not JSON', 400, () => send(large, { 'x-signature': sign(large) })],
  ['of a known sender that is not JSON', 400, () => post(ingress.url, large)],
  [
    'of a known sender that is no gzip',
    400,
    () => post(ingress.url, large, { headers: { 'content-encoding': 'gzip' } }),
  ],
  ['of a known sender that is too large', 413, () => post(ingress.url, 'x'.repeat(1_100_000))],
]

describe('the room of a body', () => {
  it.each(refusals)('%s is given back', async (_case, status, refused) => {
    // More of them than there is room for.
    for (let round = 0; round < 30; round++) expect((await refused()).status).toBe(status)
    await waitUntil(isEmpty)
    const body = webhookOf(textMessage(uniqueName('good')))
    expect((await send(body, { 'x-signature': sign(body) })).status).toBe(200)
  })

  it('in chunks of a byte is given back, and it is refused', async () => {
    expect(await tinyChunks(ingress.url, 'signed', 100_000)).toBe(400)
    await waitUntil(isEmpty)
  })
})

describe('a signature', () => {
  it.each([
    ['the compressed bytes', (body: string) => sign(gzipSync(body))],
    ['what they hold', (body: string) => sign(body)],
  ])('over %s is taken', async (_case, signature) => {
    const body = webhookOf(textMessage(uniqueName('zipped')))
    const headers = { 'x-signature': signature(body), 'content-encoding': 'gzip' }
    expect((await send(gzipSync(body), headers)).status).toBe(200)
  })
})
