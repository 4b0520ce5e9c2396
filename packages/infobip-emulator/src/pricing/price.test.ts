import { describe, expect, it } from 'vitest'
import type { RateCard } from '../settings.ts'
import { dayIn } from './calendar.ts'
import { isZero, sum, times } from './decimal.ts'
import { marketOf } from './market.ts'
import { reasonFor, type Category, type Reason } from './price.ts'
import { rateFor } from './rates.ts'

// Worked out by hand from Meta's pages on pricing, both sides of 2026-10-01, and from this card. Nothing here is computed.
const card: RateCard = {
  currency: 'XTS',
  rates: [
    {
      validFrom: '2025-07-01',
      market: '*',
      marketing: '0.06',
      utility: '0.008',
      authentication: '0.009',
      service: '0',
    },
    {
      validFrom: '2025-07-01',
      market: '351',
      marketing: '0.07',
      utility: '0.02',
      authentication: '0.03',
      service: '0',
    },
    {
      validFrom: '2026-10-01',
      market: '351',
      marketing: '0.0722',
      utility: '0.021000',
      authentication: '0.03',
      service: '0.021000',
    },
    {
      validFrom: '2026-10-01',
      market: '*',
      marketing: '0.06',
      utility: '0.008',
      authentication: '0.009',
      service: '0.008',
    },
  ],
}
const [PORTUGAL, SPAIN] = ['351910000042', '34600000042']

interface Row {
  note: string
  category: Category
  /** Delivered, by the clock of an account whose time zone is UTC. */
  at: string
  window: 'open' | 'closed'
  /** Within the 72 hours that the answer to an ad brings. */
  ad?: boolean
  /** Service messages of the number in that month before it. */
  nth?: number
  to?: string
  reason: Reason
  price: string
}

const table: Row[] = [
  // Marketing is always charged, but for an ad's 72 hours.
  {
    note: 'marketing, window closed, before',
    category: 'marketing',
    at: '2026-09-30T12:00:00',
    window: 'closed',
    reason: 'charged',
    price: '0.07',
  },
  {
    note: 'marketing, window open, before',
    category: 'marketing',
    at: '2026-09-30T12:00:00',
    window: 'open',
    reason: 'charged',
    price: '0.07',
  },
  {
    note: 'marketing, window closed, after',
    category: 'marketing',
    at: '2026-10-01T12:00:00',
    window: 'closed',
    reason: 'charged',
    price: '0.0722',
  },
  {
    note: 'marketing, window open, after',
    category: 'marketing',
    at: '2026-10-01T12:00:00',
    window: 'open',
    reason: 'charged',
    price: '0.0722',
  },
  {
    note: 'marketing after an ad, before',
    category: 'marketing',
    at: '2026-09-30T12:00:00',
    window: 'open',
    ad: true,
    reason: 'free-entry-point',
    price: '0',
  },
  {
    note: 'marketing after an ad, after',
    category: 'marketing',
    at: '2026-10-01T12:00:00',
    window: 'closed',
    ad: true,
    reason: 'free-entry-point',
    price: '0',
  },
  // Utility was free in an open window until the last second of September.
  {
    note: 'utility, window open, last second before',
    category: 'utility',
    at: '2026-09-30T23:59:59',
    window: 'open',
    reason: 'free-in-window',
    price: '0',
  },
  {
    note: 'utility, window open, first second after',
    category: 'utility',
    at: '2026-10-01T00:00:00',
    window: 'open',
    reason: 'charged',
    price: '0.021000',
  },
  {
    note: 'utility, window closed, last second before',
    category: 'utility',
    at: '2026-09-30T23:59:59',
    window: 'closed',
    reason: 'charged',
    price: '0.02',
  },
  {
    note: 'utility, window closed, after',
    category: 'utility',
    at: '2026-10-01T00:00:00',
    window: 'closed',
    reason: 'charged',
    price: '0.021000',
  },
  {
    note: 'utility after an ad, before',
    category: 'utility',
    at: '2026-09-30T12:00:00',
    window: 'closed',
    ad: true,
    reason: 'free-entry-point',
    price: '0',
  },
  {
    note: 'utility after an ad, after',
    category: 'utility',
    at: '2026-11-30T12:00:00',
    window: 'closed',
    ad: true,
    reason: 'free-entry-point',
    price: '0',
  },
  {
    note: 'utility, window open, to Spain, before',
    category: 'utility',
    at: '2026-09-30T12:00:00',
    window: 'open',
    to: SPAIN,
    reason: 'free-in-window',
    price: '0',
  },
  {
    note: 'utility, window open, to Spain, after',
    category: 'utility',
    at: '2026-10-02T12:00:00',
    window: 'open',
    to: SPAIN,
    reason: 'charged',
    price: '0.008',
  },
  // Authentication never was free.
  {
    note: 'authentication, window open, before',
    category: 'authentication',
    at: '2026-09-30T12:00:00',
    window: 'open',
    reason: 'charged',
    price: '0.03',
  },
  {
    note: 'authentication, window closed, before',
    category: 'authentication',
    at: '2026-09-30T12:00:00',
    window: 'closed',
    to: SPAIN,
    reason: 'charged',
    price: '0.009',
  },
  {
    note: 'authentication, window open, after',
    category: 'authentication',
    at: '2026-10-01T12:00:00',
    window: 'open',
    reason: 'charged',
    price: '0.03',
  },
  {
    note: 'authentication after an ad',
    category: 'authentication',
    at: '2026-10-01T12:00:00',
    window: 'closed',
    ad: true,
    reason: 'free-entry-point',
    price: '0',
  },
  // Service was free without an end; since October the first thousand of a number's month are.
  {
    note: 'service nr 1, before',
    category: 'service',
    at: '2026-09-30T12:00:00',
    window: 'open',
    reason: 'free-service-message',
    price: '0',
  },
  {
    note: 'service nr 5,001, before',
    category: 'service',
    at: '2026-09-30T23:59:59',
    window: 'open',
    nth: 5_000,
    reason: 'free-service-message',
    price: '0',
  },
  {
    note: 'service nr 1, after',
    category: 'service',
    at: '2026-10-01T00:00:00',
    window: 'open',
    nth: 0,
    reason: 'free-service-message',
    price: '0',
  },
  {
    note: 'service nr 1,000, after',
    category: 'service',
    at: '2026-10-20T12:00:00',
    window: 'open',
    nth: 999,
    reason: 'free-service-message',
    price: '0',
  },
  {
    note: 'service nr 1,001, after',
    category: 'service',
    at: '2026-10-20T12:00:01',
    window: 'open',
    nth: 1_000,
    reason: 'charged',
    price: '0.021000',
  },
  {
    note: 'service nr 1,001, to Spain',
    category: 'service',
    at: '2026-10-20T12:00:01',
    window: 'open',
    nth: 1_000,
    to: SPAIN,
    reason: 'charged',
    price: '0.008',
  },
  {
    note: 'service, first of the next month',
    category: 'service',
    at: '2026-11-01T00:00:00',
    window: 'open',
    nth: 0,
    reason: 'free-service-message',
    price: '0',
  },
  {
    note: 'service after an ad, beyond the thousand',
    category: 'service',
    at: '2026-10-20T12:00:00',
    window: 'open',
    ad: true,
    nth: 1_000,
    reason: 'free-entry-point',
    price: '0',
  },
  {
    note: 'service nr 1,001, last second of the month',
    category: 'service',
    at: '2026-10-31T23:59:59',
    window: 'open',
    nth: 1_000,
    reason: 'charged',
    price: '0.021000',
  },
  // Days that no rule names: the nearest before counts, and before the first there is none but the first.
  {
    note: 'utility, window open, a year earlier',
    category: 'utility',
    at: '2025-08-01T12:00:00',
    window: 'open',
    reason: 'free-in-window',
    price: '0',
  },
  {
    note: 'utility, window open, a year later',
    category: 'utility',
    at: '2027-10-01T12:00:00',
    window: 'open',
    reason: 'charged',
    price: '0.021000',
  },
  {
    note: 'utility, window open, before the first rule',
    category: 'utility',
    at: '2025-06-30T12:00:00',
    window: 'open',
    reason: 'free-in-window',
    price: '0',
  },
]

describe('the price of a delivered message', () => {
  it('is held by a table of thirty rows', () => {
    expect(table).toHaveLength(30)
  })

  it.each(table)(
    '$note: $reason, $price',
    ({ category, at, window, ad = false, nth = 0, to = PORTUGAL, reason, price }) => {
      const day = dayIn('UTC', Date.parse(`${at}Z`))
      expect(day).toBe(at.slice(0, 10))
      expect(reasonFor({ category, window, freeEntryPoint: ad, day, serviceMessagesBefore: nth })).toBe(reason)
      expect(reason === 'charged' ? rateFor(card, category, to, day) : '0').toBe(price)
    },
  )

  it('is that of the day in the account’s time zone', () => {
    const at = Date.parse('2026-10-01T02:30:00Z')
    expect([dayIn('UTC', at), dayIn('America/Sao_Paulo', at), dayIn('Asia/Tokyo', at)]).toEqual([
      '2026-10-01',
      '2026-09-30',
      '2026-10-01',
    ])
  })
})

describe('amounts', () => {
  it('are added to the last digit', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3')
    expect(sum(['0.021000', '1e-7', '0'])).toBe('0.0210001')
    expect(sum([])).toBe('0')
    expect(times('0.021', 1_204)).toBe('25.284')
    expect(times('1e-7', 10)).toBe('0.0000010')
    expect(['0', '0.0', '0.000000', '1e-7'].map(isZero)).toEqual([true, true, true, false])
  })
})

describe('a market', () => {
  it.each([
    ['351910000042', '351'],
    ['34600000042', '34'],
    ['12125550123', '1'],
    ['5511987654321', '55'],
    ['8613800000000', '86'],
    ['97150000000', '971'],
    ['', '-'],
  ])('of %j is %j', (number, market) => {
    expect(marketOf(number)).toBe(market)
  })
})
