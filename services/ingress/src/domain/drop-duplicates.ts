import { alternativeOf, claimIdOf, type PlannedEvent } from './planned-event.ts'

/** Every `ce_id` that the memory is to be asked about. */
export function idsOf(planned: readonly PlannedEvent[]): string[] {
  return [
    ...new Set(
      planned.flatMap((one) => {
        const other = alternativeOf(one, '')
        return other === undefined ? [claimIdOf(one)] : [claimIdOf(one), claimIdOf(other)]
      }),
    ),
  ]
}

/** What is to be published, each under its final id, and how many were published before or stand twice in the webhook. */
export interface Fresh {
  readonly fresh: readonly PlannedEvent[]
  readonly repeated: number
}

/**
 * Takes out what was published already. `remembered` has the fingerprint of each known `ce_id`; a message whose id is taken by another
 * content is published under its second id.
 */
export function dropDuplicates(planned: readonly PlannedEvent[], remembered: ReadonlyMap<string, string>): Fresh {
  const known = new Map(remembered)
  const fresh = planned.flatMap((one) => {
    const free = freeOf(one, known)
    if (free === undefined) return []
    known.set(claimIdOf(free), free.fingerprint)
    return [free]
  })
  return { fresh, repeated: planned.length - fresh.length }
}

function freeOf(plan: PlannedEvent, known: ReadonlyMap<string, string>): PlannedEvent | undefined {
  const taken = known.get(claimIdOf(plan))
  if (taken === undefined) return plan
  const other = alternativeOf(plan, taken)
  return other === undefined || known.has(claimIdOf(other)) ? undefined : other
}
