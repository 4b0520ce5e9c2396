import { categories, type Category, type PriceRules, priceRules, rulesOf } from './price-rules.ts'

export type Known<T extends string> = T | 'unknown'

/** What is known of a delivered message. */
export interface BillableFacts {
  readonly category: Known<Category>
  /** Of the customer, when it was sent. */
  readonly window: Known<'open' | 'closed'>
  /** Sent in the 72 hours that the answer to an ad opens. */
  readonly freeEntryPoint: Known<'yes' | 'no'>
  /** Of the delivery, in the account's time zone: `2026-10-01`. */
  readonly day: string
  /** Service messages of the number delivered before it in that month; left out where not all of them can be known. */
  readonly serviceMessagesBefore?: number | undefined
}

/** Whether a delivered message is charged. What is not known is tried each way: `unknown` is what they do not agree upon. */
export function isBillable(facts: BillableFacts, rules: readonly PriceRules[] = priceRules): Known<'yes' | 'no'> {
  const inForce = rulesOf(facts.day, rules)
  if (inForce === undefined) return 'unknown'
  const verdicts = new Set(waysOf(facts).map((way) => isCharged(way, inForce)))
  const [verdict] = verdicts
  return verdicts.size > 1 || verdict === undefined ? 'unknown' : verdict ? 'yes' : 'no'
}

interface Way {
  readonly category: Category
  readonly isOpen: boolean
  readonly isFreeEntry: boolean
  readonly before: number
}

function waysOf({ category, window, freeEntryPoint, serviceMessagesBefore }: BillableFacts): Way[] {
  const befores = serviceMessagesBefore === undefined ? [0, Number.MAX_SAFE_INTEGER] : [serviceMessagesBefore]
  return (category === 'unknown' ? categories : [category]).flatMap((one) =>
    either(window, 'open').flatMap((isOpen) =>
      either(freeEntryPoint, 'yes').flatMap((isFreeEntry) =>
        befores.map((before) => ({ category: one, isOpen, isFreeEntry, before })),
      ),
    ),
  )
}

function either(known: string, yes: string): boolean[] {
  return known === 'unknown' ? [true, false] : [known === yes]
}

function isCharged({ category, isOpen, isFreeEntry, before }: Way, rules: PriceRules): boolean {
  if (isFreeEntry || (isOpen && rules.freeInOpenWindow.has(category))) return false
  return category !== 'service' || before >= rules.freeServiceMessages
}
