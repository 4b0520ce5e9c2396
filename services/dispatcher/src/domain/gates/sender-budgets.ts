import type { Account, Tenant } from '@imchannel/config'
import { budgetName, isCountedIn, limitOf, periodAt, priceMessage, reservedBy, type Budget } from '@imchannel/costs'
import { categories, type Category } from '@imchannel/costs'
import type { Reservation } from '@imchannel/events'

/** What limits the messages of one number. */
export interface SenderBudgets {
  readonly budgets: readonly Budget[]
  readonly conversationLimit?: Tenant['conversationLimit']
  /** Of its account. */
  readonly timeZone: string
  readonly rateCard?: Account['rateCard']
}

/** Undefined where there is none: then nothing is asked of its messages. */
export function senderBudgets(
  { budgets = [], conversationLimit }: Pick<Tenant, 'budgets' | 'conversationLimit'>,
  { timeZone, rateCard }: Pick<Account, 'timeZone' | 'rateCard'>,
): SenderBudgets | undefined {
  if (budgets.length === 0 && conversationLimit === undefined) return undefined
  return {
    budgets,
    timeZone,
    ...(conversationLimit === undefined ? {} : { conversationLimit }),
    ...(rateCard === undefined ? {} : { rateCard }),
  }
}

/** One form of a message, as far as it matters to budgets. */
export interface BudgetedForm {
  /** Undefined where it is not known. */
  readonly category: string | undefined
  /** The customer. */
  readonly to: string
}

/** A budget as a message meets it now. */
export interface MetBudget extends Reservation {
  readonly rule: Budget
  readonly previous: string
  readonly limit: number
  /** When its period ends, epoch ms. */
  readonly endsAt: number
}

/** All of the number's budgets, whichever messages count in them. @param now epoch ms */
export function meetBudgets(
  { budgets, timeZone, rateCard }: SenderBudgets,
  { from, form, now }: { from: string; form: BudgetedForm; now: number },
): MetBudget[] {
  const estimate = budgets.some(({ currency }) => currency !== undefined)
    ? priceMessage({
        category: knownCategory(form.category),
        window: 'unknown',
        freeEntryPoint: 'unknown',
        to: form.to,
        deliveredAt: now,
        reported: undefined,
        timeZone,
        ...(rateCard === undefined ? {} : { card: rateCard }),
      }).estimate
    : undefined
  return budgets.map((rule) => {
    const { id: period, previous, endsAt } = periodAt(rule.period, timeZone, now)
    return {
      rule,
      budget: budgetName(rule),
      scope: rule.per === 'tenant' ? '-' : from,
      period,
      previous,
      endsAt,
      limit: limitOf(rule),
      units: reservedBy(rule, estimate),
    }
  })
}

/** Those in which the message counts. */
export function countingIn(met: readonly MetBudget[], form: BudgetedForm): MetBudget[] {
  return met.filter(({ rule }) => isCountedIn(rule, form))
}

function knownCategory(name: string | undefined): Category | 'unknown' {
  return categories.find((one) => one === name?.toLowerCase()) ?? 'unknown'
}
