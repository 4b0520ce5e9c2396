import { messageIdOf } from '@imchannel/events'
import { createLedger, newOwner } from '@imchannel/ledger'
import { createRedis } from '@imchannel/redis'
import { testStack, uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, headerOf, readTopics, type TopicReader } from './support/read-topics.ts'
import { sender, startIngress, type TestIngress } from './support/start-ingress.ts'
import { deliveryReport, post, seenReport, textMessage, webhookOf } from './support/webhooks.ts'

const prefix = uniqueName('ingress')
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  reader = await readTopics(prefix)
  ingress = await startIngress({ prefix })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
})

const withSubject = (id: string) => (record: Parameters<typeof headerOf>[0]) => headerOf(record, 'ce_subject') === id

describe('the event of a webhook', () => {
  it('is that of the contract, with byte-exact key and headers', async () => {
    const messageId = `wamid.${uniqueName('m')}`
    const answer = await post(ingress.url, webhookOf(textMessage(messageId)))
    expect([answer.status, await answer.text()]).toEqual([200, '{}'])

    const [record] = await reader.take(withSubject(messageId), 1)
    if (!record) throw new Error('no record')
    expect(record.topic).toBe(`${prefix}.inbound`)
    expect(record.key?.toString()).toBe(`acme:${sender}:351927482662`)
    const headers = Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, value?.toString()]))
    expect(headers).toEqual({
      ce_specversion: '1.0',
      ce_id: expect.any(String),
      ce_source: '/imchannel/acme',
      ce_type: 'imchannel.message.received.v1',
      ce_time: '2025-02-27T15:44:57.000Z',
      ce_subject: messageId,
      ce_dataschema: expect.any(String),
      'imchannel-window-closes': '2025-02-28T15:44:57.000Z',
      'content-type': 'application/json',
    })
    expect(dataOf(record)).toEqual({
      tenant: 'acme',
      channel: 'WHATSAPP',
      messageId,
      from: '351927482662',
      to: sender,
      receivedAt: '2025-02-27T15:44:57.000Z',
      contact: { name: 'Teresa Gomes' },
      content: { type: 'text', text: 'Oh well' },
      price: { pricePerMessage: '0.000000', currency: 'SEK' },
      window: { closesAt: '2025-02-28T15:44:57.000Z' },
      original: JSON.parse(textMessage(messageId)),
    })
    expect(record.value?.toString()).toContain('"pricePerMessage":0.000000')
  })

  it.each([
    ['delivery', deliveryReport, 'imchannel.message.delivery.v1'],
    ['seen', seenReport, 'imchannel.message.seen.v1'],
  ])('of a %s report lies in the status topic, whatever path it came by', async (_kind, report, type) => {
    const messageId = uniqueName('report')
    expect((await post(ingress.url, webhookOf(report(messageId)), { path: 'onMessage' })).status).toBe(200)
    const [record] = await reader.take(withSubject(messageId), 1)
    expect(record && [record.topic, headerOf(record, 'ce_type')]).toEqual([`${prefix}.status`, type])
  })

  it.each([
    ['delivery', deliveryReport],
    ['seen', seenReport],
  ])('of a %s report settles the unknown outcome of its send', async (_kind, report) => {
    const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => undefined })
    const ledger = createLedger(redis, { memoryMs: 60_000 })
    const commandId = uniqueName('command')
    const messageId = messageIdOf('acme', commandId)
    const identity = { commandId, from: sender, to: '351927482662', print: 'p' }
    const owner = newOwner()
    await ledger.claim({ tenant: 'acme', messageId, identity }, owner)
    await ledger.settle({ tenant: 'acme', messageId, identity }, owner, { state: 'unknown' })
    expect((await post(ingress.url, webhookOf(report(messageId)))).status).toBe(200)
    const { held } = await ledger.find('acme', messageId)
    expect(held).toMatchObject({ kind: 'entry', entry: { state: 'unknown', reportSeen: true } })
    await redis.quit()
  })

  it('of a good result comes out beside a bad one, which lies whole in the unrecognised topic', async () => {
    const messageId = uniqueName('good')
    const mark = uniqueName('bad')
    expect((await post(ingress.url, webhookOf(`{"odd":"${mark}"}`, textMessage(messageId), 'null', '7'))).status).toBe(
      200,
    )
    await reader.take(withSubject(messageId), 1)
    const [bad] = await reader.take(
      (record) => record.topic === `${prefix}.unrecognised` && (record.value?.toString().includes(mark) ?? false),
      1,
    )
    expect(bad && headerOf(bad, 'ce_type')).toBe('imchannel.webhook.unrecognised.v1')
  })

  it('of a webhook of 2,000 results is one record each, in their order', async () => {
    const batch = uniqueName('batch')
    const ids = Array.from({ length: 2_000 }, (_, index) => `${batch}-${index}`)
    expect((await post(ingress.url, webhookOf(...ids.map((id) => textMessage(id))))).status).toBe(200)
    const records = await reader.take(
      (record) => headerOf(record, 'ce_subject')?.startsWith(batch) ?? false,
      ids.length,
    )
    expect(records.map((record) => headerOf(record, 'ce_subject'))).toEqual(ids)
  })

  it('delivered again is published once, and a second message of the same id under another one', async () => {
    const messageId = uniqueName('again')
    for (const text of ['first', 'first', 'second', 'first', 'second'])
      expect((await post(ingress.url, webhookOf(textMessage(messageId, { text })))).status).toBe(200)
    const last = uniqueName('last')
    await post(ingress.url, webhookOf(textMessage(last)))
    await reader.take(withSubject(last), 1)
    const records = reader.records.filter(withSubject(messageId))
    expect(records.map((record) => (dataOf(record)['content'] as { text: string }).text)).toEqual(['first', 'second'])
    expect(new Set(records.map((record) => headerOf(record, 'ce_id'))).size).toBe(2)
  })

  it('is named by the phone number of a BSUID once a webhook has shown both', async () => {
    const bsuid = `DE.${uniqueName('user').replaceAll('-', '')}`
    const [both, alone] = [uniqueName('both'), uniqueName('alone')]
    const shows = textMessage(both).replace(
      '"name":"Teresa Gomes"',
      `"name":"Teresa Gomes","userId":"${bsuid}","phoneNumber":"351927482662"`,
    )
    const hides = textMessage(alone, { from: bsuid }).replace(
      '"name":"Teresa Gomes"',
      `"name":"Teresa Gomes","userId":"${bsuid}"`,
    )
    await post(ingress.url, webhookOf(shows))
    await reader.take(withSubject(both), 1)
    await post(ingress.url, webhookOf(hides))
    const [record] = await reader.take(withSubject(alone), 1)
    expect(record?.key?.toString()).toBe(`acme:${sender}:351927482662`)
  })
})

describe('the line of a webhook', () => {
  it.each([
    ['onMessage', 'Message received', textMessage],
    ['onDeliveryReport', 'Report received', deliveryReport],
    ['onSeenReport', 'Report received', seenReport],
  ])('is that of the legacy system: %s', async (fn, text, result) => {
    const body = webhookOf(result(uniqueName('line')))
    await post(ingress.url, body, { path: 'webhook' })
    expect(ingress.lines).toContain(`[IMCHANNEL] [${fn}] ${text} ${body}`)
  })

  it('warns once of a number that no account has, and the message is published', async () => {
    const ids = [uniqueName('stranger'), uniqueName('stranger')]
    for (const id of ids) await post(ingress.url, webhookOf(textMessage(id).replace(sender, '4915799999999')))
    await reader.take((record) => ids.includes(headerOf(record, 'ce_subject') ?? ''), 2)
    expect(
      ingress.lines.filter((line) => line.includes('4915799999999, which is a sender of no account of acme')),
    ).toHaveLength(1)
    expect(await ingress.metrics()).toMatch(/imchannel_webhook_unknown_numbers_total\{tenant="acme"\} 2/)
  })
})
