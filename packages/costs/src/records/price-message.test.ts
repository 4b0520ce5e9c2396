import { describe, expect, it, test } from 'vitest'
import { readRateCard } from '../cards/rate-card.ts'
import { categoryOf, priceMessage, type PricedMessage } from './price-message.ts'

const card = {
  name: 'rates/acme.yaml',
  rates: readRateCard('{currency: XTS, rates: [{validFrom: 2026-10-01, market: 351, utility: 0.021000}]}'),
}
const utility: PricedMessage = {
  category: 'utility',
  window: 'open',
  freeEntryPoint: 'no',
  to: '351910000042',
  deliveredAt: Date.parse('2026-10-01T12:00:00Z'),
  reported: undefined,
  timeZone: 'UTC',
  card,
}
const price = (pricePerMessage: string) => ({ pricePerMessage, currency: 'EUR' })
const estimate = { amount: '0.021000', currency: 'XTS', rateCard: 'rates/acme.yaml' }

describe('a message’s price', () => {
  it.each([
    ['charged by rule, estimated by the card', {}, { market: '351', billable: 'yes', estimate }],
    [
      'free by rule the day before: an estimate of zero',
      { deliveredAt: Date.parse('2026-09-30T12:00:00Z') },
      { market: '351', billable: 'no', estimate: { ...estimate, amount: '0' } },
    ],
    [
      'Infobip’s zero says nothing of being free',
      { reported: price('0.000000') },
      { market: '351', billable: 'yes', reported: price('0.000000'), estimate },
    ],
    [
      'Infobip’s price says that it is charged, whatever the rules say',
      { reported: price('0.0000001'), freeEntryPoint: 'yes' as const },
      { market: '351', billable: 'yes', reported: price('0.0000001'), estimate },
    ],
    ['a market of which the card has no rate', { to: '34600000042' }, { market: '34', billable: 'yes' }],
    ['a customer without a number', { to: 'PT.9000000000000042' }, { market: '-', billable: 'yes' }],
    ['no category', { category: 'unknown' as const }, { market: '351', billable: 'unknown' }],
    ['no card', { card: undefined }, { market: '351', billable: 'yes' }],
    [
      'the day of the account’s time zone',
      { deliveredAt: Date.parse('2026-10-01T02:00:00Z'), timeZone: 'America/Sao_Paulo', card: undefined },
      { market: '351', billable: 'no' },
    ],
  ] as const)('%s', (_note, change, wanted) => {
    expect(priceMessage({ ...utility, ...change })).toEqual(wanted)
  })
})

test.each([
  ['marketing', 'marketing', 'template'],
  ['service', 'service', 'content'],
  [undefined, 'unknown', 'unknown'],
] as const)('a message of which %s was kept is %s, by its %s', (kept, category, categorySource) => {
  expect(categoryOf(kept)).toEqual({ category, categorySource })
})
