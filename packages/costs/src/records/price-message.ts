import type { CostRecorded } from '@imchannel/events'
import { isZero, readAmount } from '../amounts/amount.ts'
import { type RateCard, rateFor } from '../cards/rate-card.ts'
import { type BillableFacts, isBillable } from '../rules/billable.ts'
import { dayIn } from '../rules/day.ts'
import { marketOf } from '../rules/market.ts'
import type { Category } from '../rules/price-rules.ts'

/** What a price is told from. */
export interface PricedMessage extends Omit<BillableFacts, 'day'> {
  /** The customer, a phone number or another name. */
  readonly to: string | undefined
  /** Epoch milliseconds. */
  readonly deliveredAt: number
  readonly reported: CostRecorded['reported']
  readonly timeZone: string
  readonly card?: { readonly name: string; readonly rates: RateCard } | undefined
}

export type Price = Pick<CostRecorded, 'market' | 'billable' | 'reported' | 'estimate'>

/**
 * What a delivered message costs. Infobip's price settles that it is charged where it is more than zero; a zero says nothing, since
 * most reports show one. The estimate is what a message costs that is charged, and zero for one that is not.
 */
export function priceMessage(message: PricedMessage): Price {
  const { to, deliveredAt, reported, timeZone, card } = message
  const day = dayIn(timeZone, deliveredAt)
  const billable = isCharged(reported) ? 'yes' : isBillable({ ...message, day })
  const amount = card && estimate(message, { day, billable, card: card.rates })
  return {
    market: marketOf(to),
    billable,
    ...(reported === undefined ? {} : { reported }),
    ...(card === undefined || amount === undefined
      ? {}
      : { estimate: { amount, currency: card.rates.currency, rateCard: card.name } }),
  }
}

function isCharged(reported: CostRecorded['reported']): boolean {
  const amount = reported && readAmount(reported.pricePerMessage)
  return amount !== undefined && !isZero(amount)
}

interface Judged {
  readonly day: string
  readonly billable: CostRecorded['billable']
  readonly card: RateCard
}

function estimate({ category, to }: PricedMessage, { day, billable, card }: Judged): string | undefined {
  if (billable === 'no') return '0'
  return category === 'unknown' ? undefined : rateFor(card, { category, number: to, day })
}

/** What a message is charged as, by what was kept of its request: the account's word on a template, or that it was none. */
export function categoryOf(kept: Category | undefined): Pick<CostRecorded, 'category' | 'categorySource'> {
  if (kept === undefined) return { category: 'unknown', categorySource: 'unknown' }
  return { category: kept, categorySource: kept === 'service' ? 'content' : 'template' }
}
