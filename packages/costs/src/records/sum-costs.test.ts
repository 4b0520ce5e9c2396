import type { CostRecorded } from '@imchannel/events'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latestCost } from './latest-cost.ts'
import { createCostSums, type Dimension } from './sum-costs.ts'

const base: CostRecorded = {
  tenant: 'acme',
  messageId: 'm1',
  from: '447860099299',
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
}
const priced = (pricePerMessage: string, currency = 'EUR') => ({ reported: { pricePerMessage, currency } })

function sum(records: readonly CostRecorded[], by: readonly Dimension[], timeZone?: string) {
  const sums = createCostSums({ by, ...(timeZone === undefined ? {} : { timeZone }) })
  for (const record of records) sums.add(record)
  return sums.rows()
}

describe('the record that counts', () => {
  const unpriced = { ...base, settledBy: 'seen' as const }
  const revised = { ...base, revision: 2, ...priced('0.021000') }

  it.each([
    ['the higher revision', base, revised, revised],
    [
      'the one with a price, of equal revisions',
      unpriced,
      { ...base, ...priced('0.01') },
      { ...base, ...priced('0.01') },
    ],
    ['the higher revision, with or without a price', { ...base, ...priced('0.01') }, revised, revised],
  ])('is %s', (_note, one, other, wanted) => {
    expect(latestCost(one, other)).toEqual(wanted)
    expect(latestCost(other, one)).toEqual(wanted)
  })
})

describe('sums', () => {
  it('keep reported and estimated apart, and currencies', () => {
    const records: CostRecorded[] = [
      { ...base, ...priced('0.021000') },
      { ...base, messageId: 'm2', ...priced('0.0000001', 'SEK'), billable: 'yes' },
      { ...base, messageId: 'm3', estimate: { amount: '0.0210', currency: 'XTS', rateCard: 'rates/acme.yaml' } },
      { ...base, messageId: 'm4', ...priced('0.0'), billable: 'no' },
    ]
    expect(sum(records, ['source'])).toEqual([
      {
        by: { source: 'greeter' },
        messages: 4,
        unpriced: 1,
        billable: { yes: 1, no: 1, unknown: 2 },
        reported: [
          { currency: 'EUR', amount: '0.021000', messages: 2 },
          { currency: 'SEK', amount: '0.0000001', messages: 1 },
        ],
        estimated: [{ currency: 'XTS', amount: '0.0210', messages: 1 }],
      },
    ])
  })

  it('have a row for each value, `-` where none is told, and the day of the asked time zone', () => {
    const { source: _source, from: _from, ...nameless } = base
    const records = [base, { ...nameless, messageId: 'm2', template: 'hello' }]
    const values = (by: Dimension[], timeZone?: string) => sum(records, by, timeZone).map((row) => row.by)
    expect(values(['source'])).toEqual([{ source: '-' }, { source: 'greeter' }])
    expect(values(['sender', 'template'])).toEqual([
      { sender: '-', template: 'hello' },
      { sender: '447860099299', template: '-' },
    ])
    expect(values(['day', 'category'])).toEqual([{ day: '2026-11-30', category: 'service' }])
    expect(values(['day'], 'Asia/Tokyo')).toEqual([{ day: '2026-12-01' }])
    expect(values([])).toEqual([{}])
  })

  it('are the same in whatever order and however often records come', () => {
    const record = fc.record({
      messageId: fc.constantFrom('a', 'b', 'c'),
      revision: fc.integer({ min: 1, max: 2 }),
      price: fc.constantFrom('0', '0.0', '0.021000', '0.0000001'),
    })
    // Of one message and revision there is one price; a doubled record may lack it.
    const consistent = fc.uniqueArray(record, { selector: ({ messageId, revision }) => `${messageId} ${revision}` })
    const shuffled = consistent.chain((list) => {
      const all = list.flatMap(({ messageId, revision, price }): CostRecorded[] => [
        { ...base, messageId, revision },
        { ...base, messageId, revision, ...priced(price) },
      ])
      return fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }))
    })
    fc.assert(
      fc.property(shuffled, ([once, thrice]) => {
        expect(sum(thrice, ['sender', 'day'])).toEqual(sum(once, ['sender', 'day']))
      }),
    )
  })
})
