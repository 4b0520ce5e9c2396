import { expect, test } from 'vitest'
import { costCounts, costsOf } from './cost-counts.ts'
import type { ProjectedRecord } from './projected-record.ts'

/** `as`: it is looked at by its kind and value alone. */
const cost = (reported: unknown) =>
  costCounts({ kind: 'cost', value: Buffer.from(JSON.stringify({ reported })) } as unknown as ProjectedRecord)

test('amounts of a currency are summed to the last digit, and two currencies are never added', () => {
  const counts = [
    ['0.1', 'EUR'],
    ['0.2', 'EUR'],
    ['0.000000001', 'EUR'],
    ['12', 'SEK'],
  ].flatMap(([pricePerMessage, currency]) => cost({ pricePerMessage, currency }))
  expect(costsOf(counts.map(([kind, count]) => ({ kind, count })))).toEqual([
    { currency: 'EUR', amount: '0.300000001', messages: 3 },
    { currency: 'SEK', amount: '12', messages: 1 },
  ])
})

test('what has no price, or none that can be read, is not zero', () => {
  for (const reported of [undefined, {}, { pricePerMessage: '0.1' }, { pricePerMessage: 'free', currency: 'EUR' }])
    expect(cost(reported)).toEqual([])
})
