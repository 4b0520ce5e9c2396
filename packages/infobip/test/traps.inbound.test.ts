import { describe, expect, test } from 'vitest'
import { parseWebhook, type InboundMessage, type WebhookResult } from '../src/index.ts'
import { golden } from './corpus.ts'

// The traps of Infobip's webhooks that can be told from the bytes alone; those that show in events are tested in services/ingress.

function results(body: string | Buffer): readonly WebhookResult[] {
  const parsed = parseWebhook(Buffer.from(body))
  if (parsed.outcome !== 'results') throw new Error(parsed.outcome)
  return parsed.results
}

function result(fields: object): WebhookResult | undefined {
  return results(JSON.stringify({ results: [fields] }))[0]
}

function message(fields: object): InboundMessage {
  const read = result({
    messageId: 'm-1',
    from: '351910000042',
    to: '447700900123',
    message: { type: 'TEXT', text: 'Hello' },
    ...fields,
  })
  if (read?.kind !== 'message') throw new Error(`the result is ${read?.kind}`)
  return read.message
}

describe('trap 1: dates', () => {
  test.each([
    ['2026-03-04T05:06:07.000+0000', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T06:06:07.000+01:00', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T05:06:07Z', '2026-03-04T05:06:07.000Z'],
  ])('%s is read and its spelling is kept', (receivedAt, read) => {
    expect(message({ receivedAt }).receivedAt).toBe(read)
    expect(result({ messageId: 'm', from: '1', receivedAt })?.text).toContain(receivedAt)
  })

  test('a click has epoch milliseconds', () => {
    expect(results(golden('click'))[0]).toMatchObject({ report: { clickedAt: '2026-03-04T05:07:07.000Z' } })
  })

  test('one that cannot be read does not cost the message', () => {
    expect(message({ receivedAt: 'the day before yesterday' })).toMatchObject({
      messageId: 'm-1',
      receivedAt: undefined,
    })
  })
})

describe('trap 3: how many results there are', () => {
  test.each([
    ['2,000', `{"results":[${Array.from({ length: 2000 }, () => '{"messageId":"m","from":"1"}').join(',')}]}`, 2000],
    ['none', '{"results":[],"messageCount":0}', 0],
    ['a missing list', '{"messageCount":0}', 1],
    ['an object for a list', '{"results":{"messageId":"m","from":"1"}}', 1],
    ['an empty list for a body', '[]', 1],
  ])('%s', (_note, body, count) => {
    expect(results(body)).toHaveLength(count)
  })

  test('an empty body is the connection test', () => {
    expect(parseWebhook(Buffer.alloc(0))).toEqual({ outcome: 'empty' })
  })
})

test('trap 4: one malformed result does not fail its siblings', () => {
  const good = '{"messageId":"m","from":"1","message":{"type":"TEXT","text":"x"}}'
  const bad = [
    'null',
    '[]',
    '"x"',
    '5',
    '{}',
    '{"message":5}',
    '{"status":{}}',
    '{"seenAt":true}',
    '{"message":{"type":{}}}',
  ]
  const read = results(`{"results":[${bad.map((one) => `${good},${one}`).join(',')}]}`)
  expect(read.filter((one) => one.kind === 'message')).toHaveLength(bad.length)
  expect(read.filter((one) => one.kind === 'unrecognised').map((one) => one.text)).toEqual(bad)
})

describe('trap 5: what nobody knows passes', () => {
  test('an unknown type of message', () => {
    expect(message({ message: { type: 'HOLOGRAM', beam: 1 } }).parts).toEqual([
      { type: undefined, infobipType: 'HOLOGRAM' },
    ])
  })

  test('an unknown integration type', () => {
    expect(message({ integrationType: 'CARRIER_PIGEON' })).toMatchObject({ channel: 'CARRIER_PIGEON', type: 'TEXT' })
  })

  test('unknown values of what Infobip enumerates', () => {
    const referral = { sourceType: 'BILLBOARD', sourceUrl: 'u', referralMedia: { type: 'SMELL', url: 'v' } }
    expect(message({ message: { type: 'TEXT', text: 'x', referral } })).toMatchObject({
      referral: { sourceType: 'BILLBOARD', media: { type: 'SMELL' } },
    })
  })

  test('an unknown event of the Messages API with an id and a sender', () => {
    expect(result({ event: 'EDITED', messageId: 'm', sender: '1' })).toMatchObject({
      kind: 'message',
      message: { parts: [{ infobipType: 'EDITED' }] },
    })
  })

  test('a shape that nobody knows is set aside whole', () => {
    expect(results('{"shape":"new"}')).toMatchObject([
      { kind: 'unrecognised', code: 'unknown_kind', text: '{"shape":"new"}' },
    ])
  })
})

test('trap 6: null, absent and empty mean the same', () => {
  const empty = {
    pairedMessageId: null,
    callbackData: '',
    keyword: null,
    contact: { name: null },
    price: {},
    identity: null,
    entityId: '',
  }
  expect({ ...message(empty), identity: undefined }).toEqual(message({}))
})

test('trap 7: names that are dangerous in JavaScript and deep nesting do no harm', () => {
  const response = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
  const [read] = results(
    `{"results":[{"messageId":"m","from":"1","message":{"type":"INTERACTIVE_FLOW_REPLY","response":${response}}}]}`,
  )
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(read?.kind === 'message' && JSON.stringify(read.message.parts[0])).toContain(response)
  const nested = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
  expect(results(`{"results":[{"x":${nested}},{"messageId":"m","from":"1"}]}`).map(({ kind }) => kind)).toEqual([
    'unrecognised',
    'message',
  ])
})

describe('trap 8: money keeps its digits', () => {
  test.each(['0', '0.0', '0.000000', '36.666667', '0.21', '9007199254740993', '123456789012345678.90'])(
    '%s',
    (amount) => {
      const [read] = results(
        `{"results":[{"messageId":"m","from":"1","message":{"type":"TEXT"},"price":{"pricePerMessage":${amount}}}]}`,
      )
      expect(read).toMatchObject({ message: { price: { pricePerMessage: amount } } })
      expect(read?.text).toContain(`:${amount}}`)
    },
  )

  test('of payments, as integers beyond 2^53', () => {
    expect(results(golden('payment'))).toMatchObject([
      { payment: { total: { value: '90071992547409931', offset: '100' } } },
    ])
  })
})

test('trap 9: lone surrogates and long emoji are read as they are', () => {
  const text = '👩‍👩‍👧‍👦'
  expect(message({ message: { type: 'TEXT', text } }).parts).toMatchObject([{ text }])
  const [read] = results('{"results":[{"messageId":"m","from":"1","message":{"type":"TEXT","text":"a\\ud800b"}}]}')
  expect(read).toMatchObject({ kind: 'message', message: { parts: [{ text: 'a\ud800b' }] } })
})

test.each(['00441234', '0123', 'MTN', '+351 910', 'PT.1a2B3c', '123456789012345678901234567890', 'a@example.org'])(
  'trap 10: a sender is never taken for a number: %s',
  (from) => {
    expect(message({ from }).from).toBe(from)
  },
)

test('trap 11: who is sender and who is recipient differs by kind', () => {
  expect(message({})).toMatchObject({ from: '351910000042', to: '447700900123' })
  const recipients = [
    'delivery.omni',
    'delivery.whatsapp',
    'delivery.messages-api',
    'seen.omni',
    'seen.messages-api',
    'click',
  ].map((name) => results(golden(name))[0])
  for (const read of recipients) expect(read).toMatchObject({ report: { recipient: '351910000042' } })
})

test('trap 15: messageCount of a report is segments, that of the envelope results', () => {
  expect(results(golden('delivery.omni'))).toMatchObject([{ report: { messageCount: 1 } }])
})

test('trap 16: names of status groups may be new', () => {
  const read = result({ messageId: 'm', status: { groupId: 9, groupName: 'TELEPORTED', id: 900, name: 'ARRIVED' } })
  expect(read).toMatchObject({ kind: 'delivery', report: { status: { groupId: 9, groupName: 'TELEPORTED' } } })
})

test('trap 17: error 0 is kept as what it is, NO_ERROR that is not permanent', () => {
  expect(results(golden('delivery.omni'))).toMatchObject([{ report: { error: { id: 0, permanent: false } } }])
})

test.each([
  ['a text', 'plain', 'plain'],
  ['JSON in a text', '{"a":1}', '{"a":1}'],
  ['an object', { a: [1] }, '{"a":[1]}'],
  ['a list', ['a', 'b'], '["a","b"]'],
])('trap 18: callbackData is %s and is not looked into', (_note, callbackData, read) => {
  expect(message({ callbackData }).callbackData).toBe(read)
})

test('trap 38: ids that are numbers in one place and strings in another are strings', () => {
  expect(results(golden('template.status'))).toMatchObject([
    { template: { entityId: '123456', applicationId: '9007199254740993' } },
  ])
})

test('trap 39: prices of an order are per item, with their currencies', () => {
  expect(results(golden('message.order'))).toMatchObject([
    {
      message: {
        parts: [
          {
            items: [
              { itemPrice: '36.666667', currency: 'EUR' },
              { itemPrice: '1200', currency: 'JPY' },
            ],
          },
        ],
      },
    },
  ])
})

test('trap 40: a place’s url is no media, a sticker has no caption, voice is not audio', () => {
  const parts = ['location', 'sticker', 'voice', 'audio'].map((name) => results(golden(`message.${name}`))[0])
  expect(parts).toMatchObject([
    { message: { parts: [{ type: 'LOCATION', url: 'https://maps.example/praca' }] } },
    { message: { parts: [{ type: 'STICKER', caption: undefined }] } },
    { message: { parts: [{ type: 'VOICE' }] } },
    { message: { parts: [{ type: 'AUDIO' }] } },
  ])
})
