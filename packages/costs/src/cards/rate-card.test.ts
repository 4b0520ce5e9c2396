import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InvalidRateCard, rateFor, readRateCard } from './rate-card.ts'

const example = readRateCard(readFileSync(new URL('../../examples/rate-card.yaml', import.meta.url), 'utf8'))

function problemsOf(text: string): string[] {
  try {
    readRateCard(text)
    return []
  } catch (error) {
    if (error instanceof InvalidRateCard) return error.message.split('\n')
    throw error
  }
}

describe('the example', () => {
  it('is in the currency that nobody takes for a price', () => {
    expect(example.currency).toBe('XTS')
  })

  it.each([
    ['the day before', 'utility', '351910000042', '2026-09-30', '0.0200'],
    ['the day itself, with its digits', 'utility', '351910000042', '2026-10-01', '0.021000'],
    ['all other markets', 'service', '34600000042', '2026-10-01', '0.0080'],
    ['all other markets, the day before', 'service', '34600000042', '2026-09-30', '0'],
    ['a rate that the later line leaves out', 'authentication', '351910000042', '2026-10-01', '0.0300'],
    ['before the first day', 'marketing', '351910000042', '2025-06-30', undefined],
    ['a customer without a number', 'marketing', 'PT.9000000000000042', '2026-10-01', undefined],
    ['no customer', 'marketing', undefined, '2026-10-01', undefined],
  ] as const)('has a rate for %s', (_note, category, number, day, rate) => {
    expect(rateFor(example, { category, number, day })).toBe(rate)
  })
})

describe('a rate card', () => {
  it('takes the longest market that begins the number', () => {
    const card = readRateCard(`
      currency: EUR
      rates:
        - { validFrom: 2026-01-01, market: 1, utility: 0.0034 }
        - { validFrom: 2026-01-01, market: 1876, utility: 0.0100 }`)
    expect(rateFor(card, { category: 'utility', number: '18765550123', day: '2026-12-01' })).toBe('0.0100')
    expect(rateFor(card, { category: 'utility', number: '12125550123', day: '2026-12-01' })).toBe('0.0034')
    expect(rateFor(card, { category: 'utility', number: '351910000042', day: '2026-12-01' })).toBeUndefined()
  })

  it('says of each mistake where it is', () => {
    expect(
      problemsOf(`
        currency: euro
        taxes: 23
        rates:
          - { validFrom: 2026-13-01, market: 351, utility: 0,02 }
          - { validFrom: 2026-10-01, market: Portugal, servce: 0.02 }
          - { market: 351, marketing: -1 }`),
    ).toEqual([
      'currency is a currency’s code of three letters, such as EUR',
      'rates[0].validFrom is a day such as 2026-10-01',
      'rates[0] has no 02',
      'rates[1].market is the first digits of customers’ numbers, or * for all others',
      'rates[1] has no servce',
      'rates[2].validFrom is missing, or something else',
      'rates[2].marketing is an amount such as 0.0210',
      'the card has no taxes',
    ])
  })

  it.each([
    ['', ['the card is missing, or something else']],
    ['currency: EUR\nrates: []', ['rates has no rate']],
    ['currency: EUR', ['rates is missing, or something else']],
    ['{', [expect.stringMatching(/^it is no YAML: /)]],
    [
      'currency: EUR\nrates:\n- {validFrom: 2026-10-01, market: 351}\n- {validFrom: 2026-10-01, market: 351}',
      ['rates[1] repeats market 351 from 2026-10-01'],
    ],
  ])('is not %j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })
})
