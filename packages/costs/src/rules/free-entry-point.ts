/** 72 hours, whatever the clocks of the day do. */
const FREE_ENTRY_MS = 72 * 3_600_000
/** How long the business has for the answer that opens them. */
const ANSWER_MS = 24 * 3_600_000

/** Epoch milliseconds. */
export interface AdContact {
  /** When the customer wrote through an ad. */
  readonly wroteAt: number
  /** When the business first sent anything after that; left out where it has not, or where that is not known. */
  readonly answeredAt?: number | undefined
}

/**
 * Whether a message was sent in the free hours after an ad. They run from the answer's sending: Meta has said "delivery" as well, and
 * the earlier start calls nothing free that is charged.
 */
export function isFreeEntry({ wroteAt, answeredAt = Infinity }: AdContact, sentAt: number): boolean {
  if (answeredAt < wroteAt || answeredAt - wroteAt >= ANSWER_MS) return false
  return sentAt >= answeredAt && sentAt < answeredAt + FREE_ENTRY_MS
}
