import type { CostRecorded } from '@imchannel/events'
import { isZero, readAmount } from '../amounts/amount.ts'
import type { Category } from '../rules/price-rules.ts'
import type { PeriodKind } from './period.ts'
import { toUnits } from './units.ts'

/** How much may be sent, of what, in which time. */
export interface Budget {
  /** All of the tenant's messages together, or those of each sender by itself. */
  readonly per: 'tenant' | 'sender'
  /** Messages of this category alone; all, where it is left out. */
  readonly category?: Category
  readonly period: PeriodKind
  /** In messages, or … */
  readonly messages?: number
  /** … in money: decimal string, with the code of its currency. */
  readonly amount?: string
  readonly currency?: string
  /** What becomes of a message beyond it: it is sent, and that is said; or it is rejected. */
  readonly over: 'advise' | 'enforce'
}

/** Stable while what it counts is: `sender/day/messages/marketing`, `tenant/month/EUR`. Its limit may change under the name. */
export function budgetName({ per, period, currency, category }: Omit<Budget, 'over'>): string {
  return [per, period, currency ?? 'messages', ...(category === undefined ? [] : [category])].join('/')
}

/** In units: messages, or millionths of the currency. */
export function limitOf({ messages, amount }: Budget): number {
  return messages ?? toUnits(amount ?? '') ?? 0
}

/** Whether a message counts in it. A category that is not known is in none. */
export function isCountedIn({ category }: Budget, message: { readonly category: string | undefined }): boolean {
  return category === undefined || category === message.category?.toLowerCase()
}

/** What a message reserves before it is sent: what its rate is not known of, nothing until its report. */
export function reservedBy(
  { currency }: Budget,
  estimate: { readonly amount: string; readonly currency: string } | undefined,
): number {
  if (currency === undefined) return 1
  return estimate?.currency === currency ? (toUnits(estimate.amount) ?? 0) : 0
}

/**
 * What a message counts once it was delivered: what Infobip shows where that is more than zero, for a zero says nothing; nothing
 * where it was free; else the estimate. Undefined where none of them is known in the budget's currency: what was reserved stays.
 */
export function chargedBy(
  { currency }: Budget,
  { reported, billable, estimate }: Pick<CostRecorded, 'reported' | 'billable' | 'estimate'>,
): number | undefined {
  if (currency === undefined) return 1
  const shown = reported === undefined ? undefined : readAmount(reported.pricePerMessage)
  if (reported?.currency === currency && shown !== undefined && !isZero(shown)) return toUnits(reported.pricePerMessage)
  if (billable === 'no') return 0
  return estimate?.currency === currency ? toUnits(estimate.amount) : undefined
}
