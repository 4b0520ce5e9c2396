import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { readRateCard } from '@imchannel/costs'
import type { CostRecorded, EventRecord } from '@imchannel/events'
import { describe, expect, test } from 'vitest'
import { dropDuplicates } from '../../src/domain/drop-duplicates.ts'
import { claimIdOf } from '../../src/domain/planned-event.ts'
import type { KnownSend, WebhookContext } from '../../src/domain/webhook-context.ts'
import { plan, recordsOf } from './read.ts'

const [business, customer, messageId] = ['447700900123', '351910000042', '9a6b7c1d-0000-5000-8000-000000000001']
const send: KnownSend = { commandId: 'cmd-1', from: business, to: customer }

/** A report on one message; `price` are the digits of Infobip's JSON. */
function delivery(price: string | undefined, { groupId = 3, more = {} }: { groupId?: number; more?: object } = {}) {
  const result = {
    messageId,
    to: customer,
    doneAt: '2026-11-30T10:01:03.000+0000',
    ...(price === undefined ? {} : { price: { pricePerMessage: '?', currency: 'EUR' } }),
    status: { groupId, id: 5 },
    channel: 'WHATSAPP',
    ...more,
  }
  return JSON.stringify(result).replace('"?"', String(price))
}
const seen = JSON.stringify({ messageId, from: business, to: customer, seenAt: '2026-11-30T10:05:00.000+0000' })
const webhook = (...results: string[]): string => `{"results":[${results.join(',')}]}`

function known(request?: KnownSend['request'], more: Partial<WebhookContext> = {}): Partial<WebhookContext> {
  return { prices: () => ({ timeZone: 'UTC' }), sends: new Map([[messageId, { ...send, request }]]), ...more }
}

function costsOf(body: string, context: Partial<WebhookContext> = known()): CostRecorded[] {
  return dropDuplicates(plan(body, context).planned, new Map()).fresh.flatMap(({ event }) =>
    event.type === 'imchannel.cost.recorded.v1' ? [event.data] : [],
  )
}

function formIn(request?: KnownSend['request']): unknown {
  const [report] = plan(webhook(delivery(undefined)), known(request)).planned
  return report?.event.type === 'imchannel.message.delivery.v1' ? report.event.data.sentAs : report
}

test('a report says which form of its command was sent, where the ledger keeps that', () => {
  expect([formIn({ form: 'fallback' }), formIn({ api: 'omni' })]).toEqual(['fallback', undefined])
})

describe('the first report that settles a message', () => {
  test('says what it cost beside itself, in the same conversation', () => {
    const [, cost] = plan(webhook(delivery('0.021000')), known()).planned
    expect(cost?.event).toMatchObject({
      type: 'imchannel.cost.recorded.v1',
      key: `acme:${business}:${customer}`,
      subject: messageId,
      time: '2026-11-30T10:01:03.000Z',
      data: {
        messageId,
        commandId: 'cmd-1',
        from: business,
        to: customer,
        settledBy: 'delivered',
        revision: 1,
        market: '351',
        billable: 'yes',
        reported: { pricePerMessage: '0.021000', currency: 'EUR' },
      },
    })
  })

  test.each([
    ['0', '0'],
    ['0.0', '0.0'],
    ['0.000000', '0.000000'],
    ['0.021000', '0.021000'],
    ['1e-7', '0.0000001'],
  ])('keeps the digits of the price %s', (price, pricePerMessage) => {
    expect(costsOf(webhook(delivery(price)))).toMatchObject([{ reported: { pricePerMessage, currency: 'EUR' } }])
  })

  test('shows no price where Infobip shows none: absent is not zero', () => {
    expect(costsOf(webhook(delivery(undefined)))).toMatchObject([{ settledBy: 'delivered' }])
    expect(costsOf(webhook(delivery(undefined), seen))[0]).not.toHaveProperty('reported')
    expect(costsOf(webhook(seen))).toMatchObject([{ settledBy: 'seen', deliveredAt: '2026-11-30T10:05:00.000Z' }])
  })

  test.each([
    ['a message that failed at no price', [2, 4, 5], '0.000000', []],
    ['a message that failed without a price', [2, 4, 5], undefined, []],
    ['a message that failed and is charged', [2, 4, 5], '0.05', [{ settledBy: 'failed', billable: 'yes' }]],
    ['a message on its way', [0, 1], '0.05', []],
    ['a state that nobody knows', [9], '0.05', []],
  ])('%s', (_note, groups, price, costs) => {
    for (const groupId of groups) expect(costsOf(webhook(delivery(price, { groupId })))).toMatchObject(costs)
  })

  test('says nothing where costs are not written down', () => {
    expect(costsOf(webhook(delivery('0.05'), seen), known(undefined, { prices: undefined }))).toEqual([])
  })
})

describe('a message', () => {
  test.each([
    ['delivered, then seen', [delivery('0.02'), seen], [[1, '0.02']]],
    [
      'delivered twice',
      [delivery('0.02'), delivery('0.02', { more: { status: { groupId: 3, id: 2 } } })],
      [[1, '0.02']],
    ],
    [
      'seen, then delivered with a price',
      [seen, delivery('0.02'), seen],
      [
        [1, undefined],
        [2, '0.02'],
      ],
    ],
    [
      'delivered without a price, then with one',
      [delivery(undefined), delivery('0'), delivery('0')],
      [
        [1, undefined],
        [2, '0'],
      ],
    ],
    ['seen, then delivered without a price', [seen, delivery(undefined)], [[1, undefined]]],
    ['failed at a price, then delivered', [delivery('0.02', { groupId: 5 }), delivery('0.02')], [[1, '0.02']]],
  ] as const)('%s, has a record for each price that is news', (_note, results, wanted) => {
    const costs = costsOf(webhook(...results))
    expect(costs.map(({ revision, reported }) => [revision, reported?.pricePerMessage])).toEqual(wanted)
  })

  test('has one ce_id, whatever settles it and whichever revision', () => {
    const { planned } = plan(webhook(seen, delivery('0.02')), known())
    const { fresh } = dropDuplicates(planned, new Map())
    const costs = fresh.filter(({ event }) => event.type === 'imchannel.cost.recorded.v1')
    expect(new Set(costs.map(({ event }) => event.id)).size).toBe(1)
    expect(new Set(costs.map(claimIdOf)).size).toBe(2)
  })

  test('is remembered for as long as commands are, and its second revision once', () => {
    const { planned } = plan(webhook(delivery('0.02')), known())
    const cost = planned[1]
    if (cost === undefined) throw new Error('there is no cost')
    expect(planned.map(({ isLasting }) => isLasting)).toEqual([undefined, true])
    const bare = new Map([[claimIdOf(cost), 'bare']])
    const { fresh } = dropDuplicates([cost], bare)
    expect(fresh).toMatchObject([{ event: { id: cost.event.id, data: { revision: 2 } } }])
    for (const one of fresh) bare.set(claimIdOf(one), one.fingerprint)
    expect(dropDuplicates([cost], bare).fresh).toEqual([])
    expect(dropDuplicates([cost], new Map([[claimIdOf(cost), 'priced']])).fresh).toEqual([])
  })
})

describe('what is known of the send', () => {
  const details = { form: 'content', source: 'greeter', class: 'reply' } as const

  test.each([
    ['nothing', undefined, { category: 'unknown', categorySource: 'unknown', source: undefined, class: undefined }],
    ['one of which it is not known whether it was a template', details, { category: 'unknown' }],
    [
      'a message that is no template',
      { ...details, category: 'service' },
      { source: 'greeter', class: 'reply', category: 'service', categorySource: 'content', sentAs: 'content' },
    ],
    [
      'a template',
      { ...details, template: 'hello' },
      { template: 'hello', category: 'unknown', categorySource: 'unknown' },
    ],
    [
      'a template and its category',
      { ...details, template: 'hello', category: 'utility' },
      { template: 'hello', category: 'utility', categorySource: 'template' },
    ],
    ['no window', details, { window: 'unknown', freeEntryPoint: 'unknown', billable: 'unknown' }],
    [
      'the window, and that no ad makes it free',
      { ...details, category: 'marketing', window: 'closed', freeEntryPoint: 'no' },
      { window: 'closed', freeEntryPoint: 'no', billable: 'yes' },
    ],
  ] as const)('%s', (_note, request, wanted) => {
    expect(costsOf(webhook(delivery('0')), known(request))).toMatchObject([wanted])
  })

  test('of another channel there is no category of Meta, and no estimate', () => {
    const card = {
      name: 'acme.yaml',
      rates: readRateCard('{currency: XTS, rates: [{validFrom: 2025-01-01, market: 351, service: 0.0210}]}'),
    }
    const context = known({ ...details, category: 'service' }, { prices: () => ({ timeZone: 'UTC', card }) })
    expect(costsOf(webhook(delivery('0')), context)).toMatchObject([
      {
        category: 'service',
        billable: 'unknown',
        estimate: { amount: '0.0210', currency: 'XTS', rateCard: 'acme.yaml' },
      },
    ])
    const sms = webhook(delivery('0.04', { more: { channel: 'SMS' } }))
    const costs = costsOf(sms, context)
    expect(costs[0]).not.toHaveProperty('estimate')
    expect(costs).toMatchObject([
      { channel: 'SMS', category: 'unknown', billable: 'yes', reported: { pricePerMessage: '0.04' } },
    ])
  })
})

test('the golden cost is published as it always was', () => {
  const context = known({
    form: 'content',
    source: 'shipping',
    class: 'notification',
    template: 'shipped',
    category: 'utility',
  })
  const [, planned] = plan(webhook(delivery('0.021000')), context).planned
  const [record] = planned === undefined ? [] : recordsOf(planned.event)
  const made = fileOf(record)
  const file = new URL('../../../../packages/events/golden/events/cost.json', import.meta.url)
  if (process.env['UPDATE_GOLDEN'] === '1' && !existsSync(file)) writeFileSync(file, made)
  expect(made).toBe(readFileSync(file, 'utf8'))
})

function fileOf(record: EventRecord | undefined): string {
  if (record === undefined) throw new Error('there is no record of a cost')
  const { topic, key, headers, value } = record
  return `${JSON.stringify({ topic, key, headers, value: JSON.parse(value.toString()) as unknown }, null, 2)}\n`
}
