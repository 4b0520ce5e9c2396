import { eventIds, messageIdOf } from '@imchannel/events'
import { describe, expect, test } from 'vitest'
import { golden } from '../../../../packages/infobip/test/corpus.ts'
import { dropDuplicates } from '../../src/domain/drop-duplicates.ts'
import { readWebhook } from '../../src/domain/read-webhook.ts'
import { aliasKey } from '../../src/domain/webhook-context.ts'
import { arrival, dataOf, eventOf, eventsOf, plan, read, recordsOf } from './read.ts'

const business = '447700900123'
const phone = '351910000042'
const bsuid = 'PT.1a2B3c4D5e6F7g8H9'

function message(fields: object): string {
  return JSON.stringify({
    results: [{ messageId: 'm-1', from: phone, to: business, message: { type: 'TEXT', text: 'Hello' }, ...fields }],
  })
}

function delivery(fields: object): string {
  return JSON.stringify({
    results: [
      { messageId: 'm-1', to: phone, status: { groupId: 3, id: 5 }, doneAt: '2026-03-04T05:06:09.250+0000', ...fields },
    ],
  })
}

function seen(from: string, to: string, contact?: object): string {
  return JSON.stringify({ results: [{ messageId: 'm-1', from, to, seenAt: '2026-03-04T05:07:00.000+0000', contact }] })
}

describe('the record of a message', () => {
  const body = `{"results":[{"from":"351927482662","to":"447860099299","integrationType":"WHATSAPP","receivedAt":"2025-02-27T15:44:57.000+0000","messageId":"wamid.HBgM","pairedMessageId":null,"callbackData":null,"message":{"text":"Oh well","type":"TEXT"},"contact":{"name":"Teresa Gomes"},"price":{"pricePerMessage":0,"currency":"SEK"}}],"messageCount":1,"pendingMessageCount":0}`
  const [record] = recordsOf(eventOf(body))

  test('has the key and the headers of the contract, byte by byte', () => {
    expect(record?.topic).toBe('imchannel.inbound')
    expect(record?.key).toBe('acme:447860099299:351927482662')
    expect(record?.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: eventIds.messageReceived('acme', 'wamid.HBgM', 'TEXT'),
      ce_source: '/imchannel/acme',
      ce_type: 'imchannel.message.received.v1',
      ce_time: '2025-02-27T15:44:57.000Z',
      ce_subject: 'wamid.HBgM',
      ce_dataschema: 'urn:imchannel:schema:message.received:v1',
      'imchannel-window-closes': '2025-02-28T15:44:57.000Z',
      'content-type': 'application/json',
    })
  })

  test('has the data of the contract', () => {
    expect(JSON.parse(record?.value.toString() ?? '')).toEqual({
      tenant: 'acme',
      channel: 'WHATSAPP',
      messageId: 'wamid.HBgM',
      from: '351927482662',
      to: '447860099299',
      receivedAt: '2025-02-27T15:44:57.000Z',
      contact: { name: 'Teresa Gomes' },
      content: { type: 'text', text: 'Oh well' },
      price: { pricePerMessage: '0', currency: 'SEK' },
      window: { closesAt: '2025-02-28T15:44:57.000Z' },
      original: (JSON.parse(body) as { results: unknown[] }).results[0],
    })
  })
})

describe('keys', () => {
  test.each([
    ['digits', phone, business, `acme:${business}:${phone}`],
    ['a plus and separators', '+351 910 000-042', '+44 (7700) 900.123', `acme:${business}:${phone}`],
    ['a leading 00', `00${phone}`, `00${business}`, `acme:${business}:${phone}`],
    ['a BSUID', bsuid, business, `acme:${business}:${bsuid}`],
    ['an alphanumeric sender', 'MTN', '55555', 'acme:55555:MTN'],
    ['a sender that no URL would take', 'a/b?c#d e%', business, `acme:${business}:a/b?c#d e%`],
  ])('are made of %s', (_note, from, to, key) => {
    expect(eventOf(message({ from, to })).key).toBe(key)
  })

  test('an unknown part is a dash', () => {
    expect(eventOf(message({ to: null })).key).toBe(`acme:-:${phone}`)
    expect(eventOf(delivery({ to: null })).key).toBe('acme:-:-')
    expect(eventOf(golden('template.status')).key).toBe('acme:-:-')
  })

  test('the phone number wins over the BSUID, wherever it is shown', () => {
    expect(eventOf(message({ from: bsuid, contact: { phoneNumber: phone, userId: bsuid } })).key).toBe(
      `acme:${business}:${phone}`,
    )
    expect(eventOf(message({ from: null, contact: { userId: bsuid } })).key).toBe(`acme:${business}:${bsuid}`)
  })

  test('a report on a message of ours lies in the partition of the send', () => {
    const sends = new Map([['m-1', { commandId: 'c-1', from: business, to: bsuid }]])
    expect(eventOf(delivery({}), { sends }).key).toBe(`acme:${business}:${bsuid}`)
    expect(dataOf(delivery({}), { sends })).toMatchObject({ commandId: 'c-1', from: business, to: bsuid })
  })

  test('without the send a report has what it shows itself', () => {
    expect(dataOf(delivery({}))).not.toHaveProperty('commandId')
    expect(eventOf(delivery({})).key).toBe(`acme:-:${phone}`)
    expect(eventOf(golden('delivery.messages-api')).key).toBe(`acme:${business}:${phone}`)
  })
})

describe('the memory of who is who', () => {
  const both = message({ contact: { phoneNumber: phone, userId: bsuid } })
  const bsuidAlone = message({ from: bsuid, contact: { userId: bsuid } })

  test('is learnt from any webhook that shows both', () => {
    const learnt = [{ business, bsuid, phone }]
    expect(plan(both).learnt).toEqual(learnt)
    const sends = new Map([['m-1', { commandId: 'c-1', from: business, to: phone }]])
    expect(plan(delivery({ contact: { userId: bsuid } }), { sends }).learnt).toEqual(learnt)
    expect(plan(golden('identity')).learnt).toEqual(learnt)
  })

  test('is not learnt where the business number is not known, nor twice', () => {
    expect(plan(delivery({ contact: { userId: bsuid } })).learnt).toEqual([])
    expect(plan(both, { aliases: new Map([[aliasKey(business, bsuid), phone]]) }).learnt).toEqual([])
  })

  test('keeps the key of who was first known by phone, and the name to answer to', () => {
    const aliases = new Map([[aliasKey(business, bsuid), phone]])
    const event = eventOf(bsuidAlone, { aliases })
    expect(event.key).toBe(`acme:${business}:${phone}`)
    expect(event.data).toMatchObject({ from: phone, contact: { userId: bsuid } })
  })

  test('holds for one business number alone', () => {
    const aliases = new Map([[aliasKey('447700900999', bsuid), phone]])
    expect(eventOf(bsuidAlone, { aliases }).key).toBe(`acme:${business}:${bsuid}`)
  })

  test('is asked about a BSUID that comes without a number, once', () => {
    const results = [both, bsuidAlone, bsuidAlone].map(
      (body) => (JSON.parse(body) as { results: [unknown] }).results[0],
    )
    expect(read(JSON.stringify({ results })).unresolved).toEqual([{ business, bsuid }])
  })

  test('serves within one webhook, whatever the order', () => {
    const results = [bsuidAlone, both].map((body) => (JSON.parse(body) as { results: [object] }).results[0])
    const keys = eventsOf(JSON.stringify({ results })).map(({ key }) => key)
    expect(keys).toEqual([`acme:${business}:${phone}`, `acme:${business}:${phone}`])
  })
})

describe('what is to be looked up', () => {
  test('are the messages that are reported on, each once, and the business numbers', () => {
    const results = ['delivery.omni', 'seen.omni', 'delivery.messages-api', 'message.text'].flatMap(
      (name) => (JSON.parse(golden(name).toString()) as { results: unknown[] }).results,
    )
    const webhook = read(JSON.stringify({ results }))
    expect(webhook.reportedMessageIds).toEqual([
      '9a6b7c1d-0000-5000-8000-000000000001',
      '9a6b7c1d-0000-5000-8000-000000000004',
    ])
    expect(webhook.businessNumbers).toEqual([business])
  })
})

describe('ids', () => {
  test('do not depend on what was looked up', () => {
    const sends = new Map([['m-1', { commandId: 'c-1', from: business, to: phone }]])
    expect(eventOf(delivery({}), { sends }).id).toBe(eventOf(delivery({})).id)
  })

  test.each([
    ['a tenant', message({}), message({}), { tenant: 'other' }],
    ['a messageId', message({}), message({ messageId: 'm-2' }), {}],
    ['a type', message({}), message({ message: { type: 'IMAGE' } }), {}],
    ['a status', delivery({}), delivery({ status: { groupId: 1, id: 7 } }), {}],
    ['a status id', delivery({}), delivery({ status: { groupId: 3, id: 2 } }), {}],
    ['a time', delivery({}), delivery({ doneAt: '2026-03-04T05:06:10.250+0000' }), {}],
    ['a channel', delivery({ channel: 'WHATSAPP' }), delivery({ channel: 'SMS' }), {}],
  ])('differ where %s differs', (_note, one, other, known) => {
    expect(eventOf(one).id).not.toBe(eventOf(other, known).id)
  })

  test.each([
    ['a date in another spelling', delivery({}), delivery({ doneAt: '2026-03-04T06:06:09.250+01:00' })],
    ['the report of another channel’s form', delivery({}), delivery({ channel: 'WHATSAPP', callbackData: 'x' })],
    ['other words beside the same ids', delivery({}), delivery({ status: { groupId: 3, id: 5, name: 'NEW_NAME' } })],
  ])('are the same for %s', (_note, one, other) => {
    expect(eventOf(one).id).toBe(eventOf(other).id)
  })

  test('of account events and unrecognised results derive from the bytes', () => {
    const one = golden('payment').toString()
    expect(eventOf(one).id).toBe(eventOf(one).id)
    expect(eventOf(one).id).not.toBe(eventOf(one.replace('CAPTURED', 'FAILED')).id)
    expect(eventOf('{"a":1}').id).not.toBe(eventOf('{"a": 1}').id)
  })

  test('a report of ours is under the message id that the command derives to', () => {
    const messageId = messageIdOf('acme', 'order-4711')
    expect(eventOf(delivery({ messageId })).subject).toBe(messageId)
  })
})

describe('seen reports', () => {
  const key = `acme:${business}:${phone}`

  test('name the business first', () => {
    expect(eventOf(seen(business, phone)).key).toBe(key)
  })

  test('that name the customer first are put right by the contact or by the tenant’s numbers', () => {
    expect(eventOf(seen(phone, business, { phoneNumber: phone })).key).toBe(key)
    expect(eventOf(seen(phone, business), { isOwnNumber: (number) => number === business }).key).toBe(key)
  })
})

const named = (from: string, to: string, contact?: object): string =>
  JSON.stringify({ results: [{ messageId: 'm', from, to, seenAt: '2025-02-27T15:46:00.000+0000', contact }] })

const click = (deviceType: string) => ({
  notificationType: 'CLICKED',
  messageId: 'm-25',
  url: 'https://example.com/a',
  sendDateTime: 1_772_445_600_000,
  recipientInfo: { deviceType },
})

describe('who is who', () => {
  const isOwnNumber = (number: string): boolean => number === business
  const key = `acme:${business}:${phone}`

  test('a seen report that names the customer first is looked up and counted as what it is', () => {
    const reading = readWebhook(Buffer.from(named(bsuid, business)), { isOwnNumber })
    expect(reading).toMatchObject({
      webhook: { businessNumbers: [business], unresolved: [{ business, bsuid }] },
    })
    const aliases = new Map([[aliasKey(business, bsuid), phone]])
    for (const body of [named(bsuid, business), named(business, bsuid)])
      expect(eventOf(body, { isOwnNumber, aliases }).key).toBe(key)
  })

  test('a seen report teaches the customer’s alias, whichever way round it is', () => {
    const alias = { business, bsuid, phone }
    for (const body of [named(phone, business, { userId: bsuid }), named(business, phone, { userId: bsuid })])
      expect(plan(body, { isOwnNumber }).learnt).toEqual([alias])
  })

  test('a number of the tenant itself is nobody’s alias', () => {
    const other = '447700900999'
    const both = (number: string): boolean => number === business || number === other
    expect(plan(named(business, other, { userId: bsuid }), { isOwnNumber: both }).learnt).toEqual([])
    expect(plan(golden('message.text').toString().replaceAll(phone, other), { isOwnNumber: both }).learnt).toEqual([])
  })

  test('a report about a send of somebody else has the phone’s key where the BSUID is known', () => {
    const aliases = new Map([[aliasKey(business, bsuid), phone]])
    const delivery = JSON.stringify({
      results: [
        { messageId: 'm', sender: business, to: bsuid, status: { groupId: 3 }, doneAt: '2025-02-27T15:46:00.000+0000' },
      ],
    })
    for (const body of [delivery, named(business, bsuid)]) expect(eventOf(body, { aliases }).key).toBe(key)
  })

  test('what the business itself wrote is no customer’s message', () => {
    const echo = JSON.stringify({
      results: [
        {
          messageId: 'e',
          event: 'BUSINESS_APP_MESSAGE_ECHO',
          from: business,
          to: phone,
          message: { type: 'TEXT', text: 'x' },
        },
      ],
    })
    const event = eventOf(echo, { isOwnNumber })
    expect([event.type, event.data]).toMatchObject(['imchannel.webhook.unrecognised.v1', { code: 'own_message' }])
    expect(eventOf(golden('message.text'), { isOwnNumber }).type).toBe('imchannel.message.received.v1')
  })

  test('a second click that differs is another event, and the same one again is not', () => {
    const { planned } = plan(JSON.stringify({ results: [click('Desktop'), click('Mobile'), click('Desktop')] }))
    const { fresh, repeated } = dropDuplicates(planned, new Map())
    expect([new Set(fresh.map(({ event }) => event.id)).size, repeated]).toEqual([2, 1])
  })

  test('what has too many results is one event with all of it as text', () => {
    const body = `{"results":[${'0,'.repeat(20_000)}0]}`
    expect(dataOf(body)).toMatchObject({ code: 'too_many_results', rawText: body })
  })
})

describe('media', () => {
  test('have the media-server’s URL where it may fetch them, beside Infobip’s', () => {
    const asked: unknown[] = []
    const mediaUrl = (media: { sender: string; url: string }): string => {
      asked.push(media)
      return 'https://chat.example.com/token'
    }
    const url = 'https://abc123.api.infobip.com/whatsapp/1/senders/447700900123/media/image-1'
    expect(dataOf(golden('message.image'), { mediaUrl })).toMatchObject({
      content: { type: 'image', url, caption: 'See this', media: { url: 'https://chat.example.com/token' } },
    })
    expect(asked).toEqual([{ sender: business, url }])
  })

  test('have none where it may not, and a place’s link is no media', () => {
    expect(dataOf(golden('message.image'), { mediaUrl: () => undefined })['content']).not.toHaveProperty('media')
    expect(
      dataOf(golden('message.location'), { mediaUrl: () => 'https://chat.example.com/token' })['content'],
    ).not.toHaveProperty('media')
  })
})

describe('unrecognised results', () => {
  test('go whole, digits included, with the reason', () => {
    const event = eventOf('{"results":[{"new":{"amount":0.000000}}]}')
    const [record] = recordsOf(event)
    expect(record?.topic).toBe('imchannel.unrecognised')
    expect(record?.value.toString()).toContain('"raw":{"new":{"amount":0.000000}}')
    expect(event.data).toMatchObject({ tenant: 'acme', code: 'unknown_kind', receivedAt: arrival })
  })

  test('that are nested too deep go as text', () => {
    const deep = `{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    expect(dataOf(`{"results":[${deep}]}`)).toMatchObject({ code: 'too_deep', rawText: deep })
  })
})
