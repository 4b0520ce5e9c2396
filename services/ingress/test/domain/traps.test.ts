import { computeState, normaliseNumber, stateOf, type ImEvent, type Observation } from '@imchannel/events'
import { expect, test } from 'vitest'
import { golden } from '../../../../packages/infobip/test/corpus.ts'
import { dropDuplicates } from '../../src/domain/drop-duplicates.ts'
import { dataOf, eventOf, eventsOf, plan, recordsOf } from './read.ts'

// The traps of Infobip's webhooks that show in events; those of the bytes are tested in packages/infobip.

function message(fields: object): object {
  return {
    messageId: 'm-1',
    from: '351910000042',
    to: '447700900123',
    message: { type: 'TEXT', text: 'Hello' },
    ...fields,
  }
}

function report(groupId: number, id: number, doneAt = '2026-03-04T05:06:09.250+0000'): object {
  return { messageId: 'm-1', to: '351910000042', channel: 'WHATSAPP', status: { groupId, id }, doneAt }
}

const seen = { messageId: 'm-1', from: '447700900123', to: '351910000042', seenAt: '2026-03-04T05:07:00.000+0000' }

function webhook(...results: object[]): string {
  return JSON.stringify({ results })
}

function observe(event: ImEvent): Observation {
  if (event.type === 'imchannel.message.seen.v1') return { state: 'seen', at: event.time }
  if (event.type !== 'imchannel.message.delivery.v1') throw new Error(event.type)
  return { state: stateOf(event.data.status), status: event.data.status, at: event.time }
}

function stateAfter(...results: object[]): string | undefined {
  return computeState(eventsOf(webhook(...results)).map(observe))?.state
}

test('trap 2: messages of one second keep Infobip’s order within a webhook', () => {
  const results = ['c', 'a', 'b'].map((messageId) => message({ messageId, receivedAt: '2026-03-04T05:06:07.000+0000' }))
  expect(eventsOf(webhook(...results)).map(({ subject }) => subject)).toEqual(['c', 'a', 'b'])
})

test('trap 5: an unknown type is an event with everything in its original', () => {
  expect(dataOf(webhook(message({ message: { type: 'HOLOGRAM', beam: { power: 3 } } })))).toMatchObject({
    content: { type: 'unknown', infobipType: 'HOLOGRAM' },
    original: { message: { beam: { power: 3 } } },
  })
})

test('trap 6: what Infobip did not give is not in the event', () => {
  const data = dataOf(
    webhook(message({ pairedMessageId: null, callbackData: '', contact: { name: null }, keyword: null, price: null })),
  )
  expect(Object.keys(data)).toEqual([
    'tenant',
    'channel',
    'messageId',
    'from',
    'to',
    'receivedAt',
    'content',
    'window',
    'original',
  ])
})

test('trap 9: a lone surrogate is valid UTF-8 in the record', () => {
  const [record] = recordsOf(
    eventOf(
      '{"results":[{"messageId":"m\\ud800","from":"x\\udfff","to":"1","message":{"type":"TEXT","text":"a\\ud800"}}]}',
    ),
  )
  expect(record?.value.toString().isWellFormed()).toBe(true)
  expect([record?.key, record?.headers['ce_subject']].every((text) => text?.isWellFormed())).toBe(true)
})

test('trap 10: numbers stay text, whatever their length, and lose only what is no digit', () => {
  expect(['+351 910-000.042', '00351910000042', '0123', 'MTN', '9'.repeat(30)].map(normaliseNumber)).toEqual([
    '351910000042',
    '351910000042',
    '0123',
    'MTN',
    '9'.repeat(30),
  ])
})

test('trap 11: every kind lands in the one conversation of business and customer', () => {
  const names = [
    'message.text',
    'typing.started',
    'delivery.messages-api',
    'seen.omni',
    'seen.whatsapp',
    'seen.messages-api',
    'payment',
    'consent',
    'identity',
  ]
  const keys = new Set(names.map((name) => eventOf(golden(name)).key))
  expect([...keys]).toEqual(['acme:447700900123:351910000042'])
})

test('trap 12: a report that comes before the answer to the request is an event like any other', () => {
  expect(eventOf(webhook(report(3, 5)))).toMatchObject({ type: 'imchannel.message.delivery.v1', subject: 'm-1' })
})

test('trap 13: the same report by two ways, and an intermediate beside the final one', () => {
  const byNotifyUrl = report(3, 5)
  const bySubscription = { ...byNotifyUrl, channel: undefined, contact: null }
  const { fresh, repeated } = dropDuplicates(
    plan(webhook(byNotifyUrl, bySubscription, report(1, 7))).planned,
    new Map(),
  )
  expect([fresh.length, repeated]).toEqual([2, 1])
})

test('trap 14: reports out of order never take a state back', () => {
  expect(stateAfter(report(3, 5), report(1, 7))).toBe('delivered')
  expect(stateAfter(seen, report(3, 5, '2026-03-04T06:00:00.000+0000'))).toBe('seen')
  expect(stateAfter(report(2, 4), report(1, 7))).toBe('failed')
  expect(stateAfter(report(4, 29), report(3, 5, '2026-03-04T06:00:00.000+0000'))).toBe('delivered')
  expect(stateAfter(report(3, 5, '2026-03-04T06:00:00.000+0000'), report(4, 15))).toBe('delivered')
  expect(stateAfter(report(5, 87), report(3, 5, '2026-03-04T06:00:00.000+0000'))).toBe('failed')
})

test('trap 15: pending is not delivered, nor is the operator the handset, nor is group 0 an error', () => {
  const cases = [report(0, 0), report(1, 3), report(3, 2), report(3, 5)].map((one) => dataOf(webhook(one)))
  expect(cases.map(({ rank, final }) => [rank, final])).toEqual([
    [1, false],
    [2, false],
    [3, false],
    [4, true],
  ])
})

test('trap 16: a status group that nobody knows is unknown and not final', () => {
  expect(dataOf(webhook(report(9, 1)))).toMatchObject({ rank: 0, final: false, status: { groupId: 9 } })
})

test('trap 17: a report without an error says NO_ERROR and is no failure', () => {
  expect(dataOf(golden('delivery.omni'))).toMatchObject({ rank: 4, error: { id: 0, name: 'NO_ERROR' } })
})

test.each([
  [2, 4, true],
  [3, 5, true],
  [3, 2, false],
  [4, 15, true],
  [4, 29, false],
  [5, 23, true],
  [1, 7, false],
])('status %i/%i is final: %s', (groupId, id, final) => {
  expect(dataOf(webhook(report(groupId, id)))).toMatchObject({ final })
})

test('trap 18: callbackData goes through unread, in messages and reports', () => {
  const callbackData = '{"not":"parsed"'
  expect(
    [message({ callbackData }), { ...report(3, 5), callbackData }].map((one) => dataOf(webhook(one))['callbackData']),
  ).toEqual([callbackData, callbackData])
})

test('trap 33: one record for each result, and one that is too large costs no other', () => {
  const results = Array.from({ length: 20 }, (_, at) =>
    message({ messageId: `m-${at}`, extra: at === 7 ? 'x'.repeat(20_000) : '' }),
  )
  const records = eventsOf(webhook(...results)).map((event) => recordsOf(event, 10_000))
  expect(records.every((one) => one.length === 1)).toBe(true)
  expect(records.filter(([one]) => one?.value.includes('"originalOmitted":true'))).toHaveLength(1)
})

test('trap 38: entityId is text in every event', () => {
  expect(dataOf(golden('template.status'))).toMatchObject({ entityId: '123456', applicationId: '9007199254740993' })
})

test('trap 39: an order has its items’ prices and no total of our own', () => {
  expect(dataOf(golden('message.order'))['content']).toEqual({
    type: 'order',
    catalogId: 'cat-1',
    text: 'As soon as you can',
    items: [
      { productRetailerId: 'sku-1', quantity: 3, itemPrice: '36.666667', currency: 'EUR' },
      { productRetailerId: 'sku-2', quantity: 1, itemPrice: '1200', currency: 'JPY' },
    ],
  })
})
