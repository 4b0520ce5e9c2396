import { describe, expect, it } from 'vitest'
import { type Category } from './price-rules.ts'
import { isBillable } from './billable.ts'
import { dayIn } from './day.ts'
import { isFreeEntry } from './free-entry-point.ts'
import { marketOf } from './market.ts'

/** Category, delivery, window, in an ad's 72 hours, service messages of the month before it, charged. */
type Row = readonly [string, Category, string, 'open' | 'closed', 'ad' | '', number, 'yes' | 'no']

// Worked out by hand from Meta's pages on pricing; the emulator's prices are held by the same thirty. Nothing here is computed.
const table: Row[] = [
  ['marketing, window closed, before', 'marketing', '2026-09-30T12:00:00', 'closed', '', 0, 'yes'],
  ['marketing, window open, before', 'marketing', '2026-09-30T12:00:00', 'open', '', 0, 'yes'],
  ['marketing, window closed, after', 'marketing', '2026-10-01T12:00:00', 'closed', '', 0, 'yes'],
  ['marketing, window open, after', 'marketing', '2026-10-01T12:00:00', 'open', '', 0, 'yes'],
  ['marketing after an ad, before', 'marketing', '2026-09-30T12:00:00', 'open', 'ad', 0, 'no'],
  ['marketing after an ad, after', 'marketing', '2026-10-01T12:00:00', 'closed', 'ad', 0, 'no'],
  ['utility, window open, last second before', 'utility', '2026-09-30T23:59:59', 'open', '', 0, 'no'],
  ['utility, window open, first second after', 'utility', '2026-10-01T00:00:00', 'open', '', 0, 'yes'],
  ['utility, window closed, last second before', 'utility', '2026-09-30T23:59:59', 'closed', '', 0, 'yes'],
  ['utility, window closed, after', 'utility', '2026-10-01T00:00:00', 'closed', '', 0, 'yes'],
  ['utility after an ad, before', 'utility', '2026-09-30T12:00:00', 'closed', 'ad', 0, 'no'],
  ['utility after an ad, after', 'utility', '2026-11-30T12:00:00', 'closed', 'ad', 0, 'no'],
  ['utility, window open, another September noon', 'utility', '2026-09-29T12:00:00', 'open', '', 0, 'no'],
  ['utility, window open, the second of October', 'utility', '2026-10-02T12:00:00', 'open', '', 0, 'yes'],
  ['authentication, window open, before', 'authentication', '2026-09-30T12:00:00', 'open', '', 0, 'yes'],
  ['authentication, window closed, before', 'authentication', '2026-09-30T12:00:00', 'closed', '', 0, 'yes'],
  ['authentication, window open, after', 'authentication', '2026-10-01T12:00:00', 'open', '', 0, 'yes'],
  ['authentication after an ad', 'authentication', '2026-10-01T12:00:00', 'closed', 'ad', 0, 'no'],
  ['service nr 1, before', 'service', '2026-09-30T12:00:00', 'open', '', 0, 'no'],
  ['service nr 5,001, before', 'service', '2026-09-30T23:59:59', 'open', '', 5_000, 'no'],
  ['service nr 1, after', 'service', '2026-10-01T00:00:00', 'open', '', 0, 'no'],
  ['service nr 1,000, after', 'service', '2026-10-20T12:00:00', 'open', '', 999, 'no'],
  ['service nr 1,001, after', 'service', '2026-10-20T12:00:01', 'open', '', 1_000, 'yes'],
  ['service nr 2,001, after', 'service', '2026-10-20T12:00:01', 'open', '', 2_000, 'yes'],
  ['service, first of the next month', 'service', '2026-11-01T00:00:00', 'open', '', 0, 'no'],
  ['service after an ad, beyond the thousand', 'service', '2026-10-20T12:00:00', 'open', 'ad', 1_000, 'no'],
  ['service nr 1,001, last second of the month', 'service', '2026-10-31T23:59:59', 'open', '', 1_000, 'yes'],
  ['utility, window open, a year earlier', 'utility', '2025-08-01T12:00:00', 'open', '', 0, 'no'],
  ['utility, window open, a year later', 'utility', '2027-10-01T12:00:00', 'open', '', 0, 'yes'],
  ['utility, window open, before the first rule', 'utility', '2025-06-30T12:00:00', 'open', '', 0, 'no'],
]

describe('whether a delivered message is charged', () => {
  it('is held by a table of thirty rows', () => {
    expect(table).toHaveLength(30)
  })

  it.each(table)('%s', (_note, category, at, window, ad, serviceMessagesBefore, charged) => {
    const day = dayIn('UTC', Date.parse(`${at}Z`))
    const freeEntryPoint = ad === 'ad' ? 'yes' : 'no'
    expect(isBillable({ category, window, freeEntryPoint, day, serviceMessagesBefore })).toBe(charged)
  })

  it.each([
    ['utility, window unknown, before', 'utility', '2026-09-30', 'unknown', 'no', undefined, 'unknown'],
    ['utility, window unknown, after', 'utility', '2026-10-01', 'unknown', 'no', undefined, 'yes'],
    ['utility, window open, ad unknown, before', 'utility', '2026-09-30', 'open', 'unknown', undefined, 'no'],
    ['marketing, ad unknown', 'marketing', '2026-10-01', 'open', 'unknown', undefined, 'unknown'],
    ['service before, nothing else known', 'service', '2026-09-30', 'unknown', 'unknown', undefined, 'no'],
    ['service after, its number in the month unknown', 'service', '2026-10-01', 'open', 'no', undefined, 'unknown'],
    ['category unknown, window open, no ad, before', 'unknown', '2026-09-30', 'open', 'no', 0, 'unknown'],
    ['anything after an ad', 'unknown', '2026-10-01', 'unknown', 'yes', undefined, 'no'],
  ] as const)('%s: %s', (_note, category, day, window, freeEntryPoint, serviceMessagesBefore, charged) => {
    expect(isBillable({ category, window, freeEntryPoint, day, serviceMessagesBefore })).toBe(charged)
  })

  it('is not known without any rules', () => {
    expect(isBillable({ category: 'utility', window: 'open', freeEntryPoint: 'no', day: '2026-10-01' }, [])).toBe(
      'unknown',
    )
  })
})

describe('the day of a delivery', () => {
  it.each([
    ['Europe/Lisbon', '2026-09-30T22:59:59Z', '2026-09-30'],
    ['Europe/Lisbon', '2026-09-30T23:00:00Z', '2026-10-01'],
    ['America/Sao_Paulo', '2026-10-01T02:59:59Z', '2026-09-30'],
    ['Asia/Tokyo', '2026-09-30T15:00:00Z', '2026-10-01'],
    ['UTC', '2026-10-01T00:00:00Z', '2026-10-01'],
  ])('in %s at %s is %s', (timeZone, at, day) => {
    expect(dayIn(timeZone, Date.parse(at))).toBe(day)
  })
})

describe('the free hours after an ad', () => {
  const wroteAt = Date.parse('2026-11-30T10:00:00Z')
  const hours = (count: number): number => wroteAt + count * 3_600_000

  it.each([
    ['the answer itself', hours(23), hours(23), true],
    ['71 hours after the answer', hours(23), hours(94), true],
    ['72 hours after the answer', hours(23), hours(95), false],
    ['73 hours after the answer', hours(23), hours(96), false],
    ['before the answer', hours(23), hours(22), false],
    ['an answer after 24 hours', hours(24), hours(25), false],
    ['no answer', undefined, hours(1), false],
  ])('%s', (_note, answeredAt, sentAt, isFree) => {
    expect(isFreeEntry({ wroteAt, answeredAt }, sentAt)).toBe(isFree)
  })
})

describe('a market', () => {
  it.each([
    ['351910000042', '351'],
    ['34600000042', '34'],
    ['12125550123', '1'],
    ['79161234567', '7'],
    ['5511987654321', '55'],
    ['8801712345678', '880'],
    ['97150000000', '971'],
    ['PT.9000000000000042', '-'],
    ['', '-'],
    [undefined, '-'],
  ])('of %j is %j', (number, market) => {
    expect(marketOf(number)).toBe(market)
  })
})
