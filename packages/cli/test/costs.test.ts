import { type CostRecorded, encodeEvent, eventIds, messageAccepted } from '@imchannel/events'
import { ensureTopics } from '@imchannel/kafka'
import { beforeAll, afterAll, expect, test } from 'vitest'
import { createStage, type Stage } from './support/stage.ts'

let stage: Stage

const priced = (pricePerMessage: string, currency = 'EUR') => ({ reported: { pricePerMessage, currency } })

beforeAll(async () => {
  stage = await createStage()
  const { tenant, number, topics } = stage
  const config = { 'retention.ms': String(400 * 86_400_000) }
  await ensureTopics(stage.kafka, [{ name: topics.cost, partitions: 2, replication: 1, config }])
  const cost = (messageId: string, change: Partial<CostRecorded> = {}) => {
    const data: CostRecorded = {
      tenant,
      messageId,
      from: number,
      to: '351910000042',
      source: 'greeter',
      deliveredAt: '2026-11-30T23:30:00.000Z',
      settledBy: 'delivered',
      revision: 1,
      category: 'service',
      categorySource: 'content',
      market: '351',
      window: 'unknown',
      freeEntryPoint: 'unknown',
      billable: 'unknown',
      ...change,
    }
    const key = `${tenant}:${number}:351910000042`
    const event = { type: 'imchannel.cost.recorded.v1', id: eventIds.cost(tenant, messageId), tenant, key } as const
    return encodeEvent({ ...event, time: data.deliveredAt, subject: messageId, data }, topics)
  }
  const accepted = ['m1', 'open'].map((messageId) =>
    encodeEvent(
      messageAccepted(
        { commandId: `c-${messageId}`, tenant, messageId, from: number, to: '351910000042' },
        { at: '2026-11-30T23:29:00.000Z' },
      ),
      topics,
    ),
  )
  await stage.write(
    cost('m1'),
    cost('m1', { revision: 2, ...priced('0.021000') }),
    cost('m1'),
    cost('m2', priced('0.0000001', 'SEK')),
    cost('m3', { source: 'campaign', estimate: { amount: '0.0722', currency: 'XTS', rateCard: 'acme.yaml' } }),
    cost('old', { deliveredAt: '2026-10-01T00:00:00.000Z', ...priced('1') }),
    ...accepted,
  )
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
})

const since = ['--since', '2026-11-30', '--until', '2026-12-01'] as const

test('costs sums what counts of each message, and counts what has no report', async () => {
  const { code, out } = await stage.cli('costs', ...since, '--by', 'source')
  const lines = out
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one) as unknown)
  expect(code).toBe(0)
  expect(lines).toEqual([
    {
      by: { source: 'campaign' },
      messages: 1,
      unpriced: 1,
      billable: { yes: 0, no: 0, unknown: 1 },
      reported: [],
      estimated: [{ currency: 'XTS', amount: '0.0722', messages: 1 }],
    },
    {
      by: { source: 'greeter' },
      messages: 2,
      unpriced: 0,
      billable: { yes: 0, no: 0, unknown: 2 },
      reported: [
        { currency: 'EUR', amount: '0.021000', messages: 1 },
        { currency: 'SEK', amount: '0.0000001', messages: 1 },
      ],
      estimated: [],
    },
    { unsettled: 1 },
  ])
})

test('costs has a table for people, CSV for spreadsheets, and days of a time zone', async () => {
  const table = await stage.cli('--pretty', 'costs', ...since, '--by', 'day,sender', '--time-zone', 'Asia/Tokyo')
  expect(table.out).toMatch(/^day +sender +messages/)
  expect(table.out).toContain('0.021000 EUR + 0.0000001 SEK')
  expect(table.out).toContain('2026-12-01')
  expect(table.err).toContain('1 message that Infobip took has no report yet')
  const csv = await stage.cli('costs', ...since, '--by', 'source', '--csv')
  expect(csv.out).toBe(
    [
      'source,messages,charged,not_charged,unknown,basis,currency,amount,amounts',
      'campaign,1,0,0,1,estimated,XTS,0.0722,1',
      'greeter,2,0,0,2,reported,EUR,0.021000,1',
      'greeter,2,0,0,2,reported,SEK,0.0000001,1',
      '',
    ].join('\n'),
  )
})

test.each([
  [['--by', 'weather'], '"weather" is none of tenant, source'],
  [['--time-zone', 'Lisbon'], 'a time zone is as in Europe/Lisbon'],
])('costs %j is called wrongly', async (wrong, said) => {
  const { code, err } = await stage.cli('costs', ...since, ...wrong)
  expect([code, err]).toEqual([2, expect.stringContaining(said)])
})
