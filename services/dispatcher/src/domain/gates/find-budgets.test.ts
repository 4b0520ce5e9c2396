import { decide } from '@imchannel/facts'
import { describe, expect, it } from 'vitest'
import { budgetFacts, findBudgets } from './find-budgets.ts'
import type { BudgetReading } from './gate-reading.ts'
import { senderBudgets, type SenderBudgets } from './sender-budgets.ts'

const from = '447860099299'
const readAt = Date.parse('2026-12-01T12:00:00Z')
const modes = { window: 'off', consent: 'off', template: 'off', identity: 'off', budget: 'off' } as const
const service = { category: 'service', to: '351927482662' }

function budgetsOf(over: 'advise' | 'enforce', more: Partial<SenderBudgets> = {}): SenderBudgets {
  const one = { per: 'sender', category: 'service', period: 'day', messages: 3, over } as const
  return { budgets: [one], timeZone: 'Europe/Lisbon', ...more }
}

function reading(used: number, over: Partial<BudgetReading> = {}, isHeld = false): BudgetReading {
  const count = { budget: 'sender/day/messages/service', scope: from, period: '2026-12-01', used, isHeld }
  return { isSound: true, counts: [count], unanswered: 0, isHeardOf: true, readAt, ...over }
}

function verdictOf(budgets: SenderBudgets, found: BudgetReading | undefined, form = service) {
  return decide({ modes, content: findBudgets({ budgets, reading: found, from, form }) })
}

describe('a budget', () => {
  it('that is full rejects where it is enforced, and says which and until when', () => {
    expect(verdictOf(budgetsOf('enforce'), reading(3))).toMatchObject({
      verdict: 'reject',
      finding: {
        gate: 'budget',
        code: 'budget_exhausted',
        details: { budget: 'sender/day/messages/service', until: '2026-12-02T00:00:00.000Z' },
      },
    })
    expect(verdictOf(budgetsOf('enforce'), reading(2))).toMatchObject({ verdict: 'send', advice: [] })
  })

  it('that is full is advice where it advises', () => {
    expect(verdictOf(budgetsOf('advise'), reading(3))).toMatchObject({
      verdict: 'send',
      advice: [{ gate: 'budget', code: 'budget_exhausted' }],
    })
  })

  it('has room for what is in it already, and does not count what is of another category, or of none that is known', () => {
    expect(verdictOf(budgetsOf('enforce'), reading(3, {}, true)).verdict).toBe('send')
    for (const category of ['marketing', undefined])
      expect(verdictOf(budgetsOf('enforce'), reading(3), { ...service, category: category as string }).verdict).toBe(
        'send',
      )
  })

  it('that is enforced is waited for while its count is made anew, and no other', () => {
    const unsound = reading(3, { isSound: false })
    expect(verdictOf(budgetsOf('enforce'), unsound)).toMatchObject({ verdict: 'wait' })
    expect(verdictOf(budgetsOf('advise'), unsound)).toMatchObject({ verdict: 'send', advice: [] })
    expect(verdictOf(budgetsOf('enforce'), unsound, { ...service, category: 'utility' }).verdict).toBe('send')
  })

  it('holds nothing where budgets are off', () => {
    expect(verdictOf(budgetsOf('enforce'), undefined).verdict).toBe('send')
  })

  it('in money has no room for what would go beyond it', () => {
    const one = { per: 'tenant', period: 'month', amount: '0.05', currency: 'XTS', over: 'enforce' } as const
    const rates = { currency: 'XTS', rates: [{ validFrom: '2026-10-01', market: '*', service: '0.02' }] }
    const budgets = { ...budgetsOf('enforce'), budgets: [one], rateCard: { name: 'card.yaml', rates } }
    const count = { budget: 'tenant/month/XTS', scope: '-', period: '2026-12', isHeld: false }
    const at = (used: number) => verdictOf(budgets, reading(0, { counts: [{ ...count, used }] })).verdict
    expect([at(30_000), at(30_001)]).toEqual(['send', 'reject'])
    const facts = budgetFacts(
      { budgets, reading: reading(0, { counts: [{ ...count, used: 30_001 }] }), from, form: service },
      5,
    )
    expect(facts).toEqual([{ fact: 'budget tenant/month/XTS', value: '0.030001 of 0.05 XTS used', ageMs: 5 }])
  })
})

const limited = (over: 'advise' | 'enforce') =>
  budgetsOf('advise', { budgets: [], conversationLimit: { messages: 2, over } })

describe('conversationLimit', () => {
  it('counts what was sent since the customer wrote, where that is known', () => {
    expect(verdictOf(limited('enforce'), reading(0, { unanswered: 1 })).verdict).toBe('send')
    expect(verdictOf(limited('enforce'), reading(0, { unanswered: 2 }))).toMatchObject({
      verdict: 'reject',
      finding: { code: 'conversation_limit' },
    })
    expect(verdictOf(limited('advise'), reading(0, { unanswered: 2 }))).toMatchObject({ verdict: 'send', advice: [{}] })
    expect(verdictOf(limited('enforce'), reading(0, { unanswered: 2, isHeardOf: false }))).toMatchObject({
      verdict: 'send',
      advice: [],
    })
  })
})

it('nothing is asked for a tenant that has neither', () => {
  expect(senderBudgets({}, { timeZone: 'UTC' })).toBeUndefined()
  expect(senderBudgets({ budgets: [] }, { timeZone: 'UTC' })).toBeUndefined()
})
