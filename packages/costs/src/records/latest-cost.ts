import type { CostRecorded } from '@imchannel/events'

/**
 * Which of two records of one message counts: the higher revision; of equal ones, which a Redis that forgot brings, that with a price.
 * In whatever order and however often records are met, the same one is left.
 */
export function latestCost(one: CostRecorded, other: CostRecorded): CostRecorded {
  if (one.revision !== other.revision) return one.revision > other.revision ? one : other
  if (one.reported === undefined || other.reported === undefined) return one.reported === undefined ? other : one
  return one
}

/** Tells one message's records from another's. */
export function costKey({ tenant, messageId }: CostRecorded): string {
  return `${tenant} ${messageId}`
}
