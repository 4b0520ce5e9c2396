import { fromUnits } from '@imchannel/costs'
import type { Fact, Finding, Form } from '@imchannel/facts'
import type { BudgetReading } from './gate-reading.ts'
import { countingIn, meetBudgets } from './sender-budgets.ts'
import type { BudgetedForm, MetBudget, SenderBudgets } from './sender-budgets.ts'

interface Judged {
  readonly budgets: SenderBudgets | undefined
  /** Undefined where budgets are off, or nothing was read. */
  readonly reading: BudgetReading | undefined
  readonly from: string
  readonly form: BudgetedForm
}

/** What speaks against one form, or has to be waited for. */
export function findBudgets({ budgets, reading, from, form }: Judged): Form {
  if (budgets === undefined || reading === undefined) return { findings: [] }
  const counting = countingIn(meetBudgets(budgets, { from, form, now: reading.readAt }), form)
  const limit = findUnanswered(budgets, reading)
  const findings = [
    ...(reading.isSound ? counting.filter((one) => hasNoRoom(one, reading)).map(exhausted) : []),
    ...(limit === undefined ? [] : [limit]),
  ]
  const mustKnow = counting.some((one) => one.rule.over === 'enforce' && countOf(one, reading)?.isHeld !== true)
  return reading.isSound || !mustKnow ? { findings } : { findings, waitsFor: 'budget counts' }
}

/** The same as the script that reserves: what is in it already needs no room. */
function hasNoRoom(one: MetBudget, reading: BudgetReading): boolean {
  const { used = 0, isHeld = false } = countOf(one, reading) ?? {}
  return !isHeld && (used >= one.limit || used + one.units > one.limit)
}

function countOf({ budget, scope, period }: MetBudget, { counts }: BudgetReading) {
  return counts.find((one) => one.budget === budget && one.scope === scope && one.period === period)
}

function exhausted({ rule, budget, limit, endsAt }: MetBudget): Finding {
  const until = new Date(endsAt).toISOString()
  return {
    gate: 'budget',
    code: 'budget_exhausted',
    mode: rule.over,
    reason: `the budget ${budget} of ${amountText(limit, rule.currency)} has no room until ${until}`,
    details: { budget, until },
  }
}

function findUnanswered(
  { conversationLimit }: SenderBudgets,
  { unanswered, isHeardOf }: BudgetReading,
): Finding | undefined {
  if (conversationLimit === undefined || !isHeardOf || unanswered < conversationLimit.messages) return undefined
  return {
    gate: 'budget',
    code: 'conversation_limit',
    mode: conversationLimit.over,
    reason: `${unanswered} messages were sent since the customer wrote, and conversationLimit is ${conversationLimit.messages}`,
  }
}

/** For `validateOnly` and `imchannel explain`. */
export function budgetFacts({ budgets, reading, from, form }: Judged, ageMs: number): Fact[] {
  if (budgets === undefined) return []
  if (reading === undefined) return [{ fact: 'budgets', value: 'unknown' }]
  const met = countingIn(meetBudgets(budgets, { from, form, now: reading.readAt }), form)
  const counts = met.map((one) => {
    const fact = `budget ${one.budget}`
    if (!reading.isSound) return { fact, value: 'unknown' }
    const used = amountText(countOf(one, reading)?.used ?? 0, undefined, one.rule.currency !== undefined)
    return { fact, value: `${used} of ${amountText(one.limit, one.rule.currency)} used`, ageMs }
  })
  if (budgets.conversationLimit === undefined) return counts
  const fact = 'messages since the customer wrote'
  return [
    ...counts,
    reading.isHeardOf ? { fact, value: String(reading.unanswered), ageMs } : { fact, value: 'unknown' },
  ]
}

function amountText(units: number, currency: string | undefined, isMoney = currency !== undefined): string {
  if (!isMoney) return currency === undefined ? String(units) : `${units} ${currency}`
  return `${fromUnits(units)}${currency === undefined ? '' : ` ${currency}`}`
}
