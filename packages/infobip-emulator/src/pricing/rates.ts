import type { RateCard } from '../settings.ts'
import type { Category } from './price.ts'

/** Nobody's prices, in the currency code that stands for tests. */
export const exampleRates: RateCard = {
  currency: 'XTS',
  rates: [
    {
      validFrom: '2025-07-01',
      market: '*',
      marketing: '0.0604',
      utility: '0.0077',
      authentication: '0.0077',
      service: '0.0077',
    },
    {
      validFrom: '2025-07-01',
      market: '351',
      marketing: '0.0705',
      utility: '0.0200',
      authentication: '0.0200',
      service: '0.0200',
    },
    {
      validFrom: '2025-07-01',
      market: '55',
      marketing: '0.0625',
      utility: '0.0068',
      authentication: '0.0068',
      service: '0.0068',
    },
    {
      validFrom: '2026-10-01',
      market: '351',
      marketing: '0.0722',
      utility: '0.0210',
      authentication: '0.0210',
      service: '0.0210',
    },
  ],
}

/** The rate of the longest market that begins the number, of the latest day that has come. A market without a rate costs nothing. */
export function rateFor(card: RateCard, category: Category, number: string, day: string): string {
  const [best] = card.rates
    .filter(({ market, validFrom }) => validFrom <= day && (market === '*' || number.startsWith(market)))
    .toSorted((a, b) => widthOf(b.market) - widthOf(a.market) || b.validFrom.localeCompare(a.validFrom))
  return best?.[category] ?? '0'
}

const widthOf = (market: string): number => (market === '*' ? 0 : market.length)
