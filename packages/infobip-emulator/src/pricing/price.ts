import { priceRules, type PriceRules } from './price-rules.ts'

/** What Meta charges by; `service` is whatever is no template. */
export type Category = 'marketing' | 'utility' | 'authentication' | 'service'

export interface Delivered {
  category: Category
  /** Whether the customer's window was open when it was sent. */
  window: 'open' | 'closed'
  /** Sent as the first answer to an ad, or within 72 hours of it. */
  freeEntryPoint: boolean
  /** The day of the delivery and its month begin as the account's time zone has them: `2026-10-01`. */
  day: string
  /** Service messages of the number in that month that were delivered before it, those after an ad left out. */
  serviceMessagesBefore: number
}

/** Why it is free or charged. */
export type Reason = 'free-entry-point' | 'free-in-window' | 'free-service-message' | 'charged'

export interface Charge {
  reason: Reason
  /** A decimal number with its digits; `null` where reports are to show none. */
  pricePerMessage: string | null
  currency: string
  /** The day of the delivery, in the account's time zone. */
  day: string
}

/** Whether a delivered message is charged, by the rules of its day. */
export function reasonFor(delivered: Delivered, rules: readonly PriceRules[] = priceRules): Reason {
  if (delivered.freeEntryPoint) return 'free-entry-point'
  // Before the first rules nothing else is known: theirs are taken.
  const inForce = rules.findLast((one) => one.validFrom <= delivered.day) ?? rules[0]
  if (inForce === undefined) return 'charged'
  const { freeInWindow, freeServiceMessages } = inForce
  if (delivered.window === 'open' && freeInWindow.includes(delivered.category)) return 'free-in-window'
  const isFreeAnswer =
    delivered.category === 'service' &&
    (freeServiceMessages === null || delivered.serviceMessagesBefore < freeServiceMessages)
  return isFreeAnswer ? 'free-service-message' : 'charged'
}
