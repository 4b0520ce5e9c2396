import type { PlannedEvent } from './planned-event.ts'

/** Every `ce_id` that the memory is to be asked about. */
export function idsOf(planned: readonly PlannedEvent[]): string[] {
  return [
    ...new Set(
      planned.flatMap(({ event, idIfDifferent }) =>
        idIfDifferent === undefined ? [event.id] : [event.id, idIfDifferent()],
      ),
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
export function dropKnown(planned: readonly PlannedEvent[], remembered: ReadonlyMap<string, string>): Fresh {
  const known = new Map(remembered)
  const fresh = planned.flatMap((one) => {
    const id = freeId(one, known)
    if (id === undefined) return []
    known.set(id, one.fingerprint)
    return [id === one.event.id ? one : { ...one, event: { ...one.event, id } }]
  })
  return { fresh, repeated: planned.length - fresh.length }
}

function freeId(
  { event, fingerprint, idIfDifferent }: PlannedEvent,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const taken = known.get(event.id)
  if (taken === undefined) return event.id
  if (taken === fingerprint || idIfDifferent === undefined) return undefined
  const second = idIfDifferent()
  return known.has(second) ? undefined : second
}
