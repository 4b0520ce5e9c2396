import { describe, expect, it } from 'vitest'
import { budgetName, chargedBy, isCountedIn, limitOf, reservedBy, type Budget } from './budget.ts'
import { fromUnits, toUnits } from './units.ts'

const messages: Budget = { per: 'sender', period: 'day', category: 'marketing', messages: 5_000, over: 'enforce' }
const euros: Budget = { per: 'tenant', period: 'month', amount: '120.50', currency: 'EUR', over: 'advise' }
const card = { rateCard: 'rates.yaml' }

describe('a budget', () => {
  it('is known by what it counts', () => {
    expect(budgetName(messages)).toBe('sender/day/messages/marketing')
    expect(budgetName(euros)).toBe('tenant/month/EUR')
    expect([limitOf(messages), limitOf(euros)]).toEqual([5_000, 120_500_000])
  })

  it('counts messages of its category alone, and none of which that is not known', () => {
    const found = ['marketing', 'MARKETING', 'utility', undefined].map((category) =>
      isCountedIn(messages, { category }),
    )
    expect(found).toEqual([true, true, false, false])
    expect(isCountedIn(euros, { category: undefined })).toBe(true)
  })

  it('reserves a message, or what the rate card says in its currency', () => {
    expect(reservedBy(messages, undefined)).toBe(1)
    expect(reservedBy(euros, { amount: '0.0210', currency: 'EUR' })).toBe(21_000)
    expect(reservedBy(euros, { amount: '0.0210', currency: 'XTS' })).toBe(0)
    expect(reservedBy(euros, undefined)).toBe(0)
  })

  it.each([
    ['the price that Infobip shows', { billable: 'yes', reported: '0.021000', estimate: '0.03' }, 21_000],
    ['nothing of what was free', { billable: 'no', reported: '0', estimate: '0.03' }, 0],
    ['the estimate where a zero is shown', { billable: 'unknown', reported: '0.000000', estimate: '0.03' }, 30_000],
    ['the estimate where nothing is shown', { billable: 'yes', estimate: '0.03' }, 30_000],
    ['what it had reserved where nothing is known', { billable: 'yes' }, undefined],
  ] as const)('settles a delivered message at %s', (_, cost, units) => {
    const { billable } = cost
    const reported = 'reported' in cost ? { pricePerMessage: cost.reported, currency: 'EUR' } : undefined
    const estimate = 'estimate' in cost ? { amount: cost.estimate, currency: 'EUR', ...card } : undefined
    expect(chargedBy(euros, { billable, reported, estimate })).toBe(units)
    expect(chargedBy(messages, { billable, reported, estimate })).toBe(1)
  })

  it('does not take another currency for its own', () => {
    const reported = { pricePerMessage: '3', currency: 'USD' }
    expect(chargedBy(euros, { billable: 'yes', reported, estimate: undefined })).toBeUndefined()
  })
})

describe('units', () => {
  it.each([
    ['0', 0],
    ['0.000000', 0],
    ['0.021000', 21_000],
    ['1e-7', 1],
    ['0.0210001', 21_001],
    ['12', 12_000_000],
    ['9007199254', 9_007_199_254_000_000],
    ['9007199255', undefined],
    ['-1', undefined],
    ['much', undefined],
  ])('of %s are %s', (text, units) => {
    expect(toUnits(text)).toBe(units)
  })

  it('are written without zeros at the end', () => {
    expect([0, 21_000, 12_000_000, 1, 10_500_000].map(fromUnits)).toEqual(['0', '0.021', '12', '0.000001', '10.5'])
  })
})
