import type { ImEvent } from '@imchannel/events'

/** An event with what is needed to publish it once. */
export interface PlannedEvent {
  readonly event: ImEvent
  /** The name under which the memory knows it, where that is not the event's id. */
  readonly claimId?: string | undefined
  /** What the memory keeps beside that name: two messages of one id are the same where it is the same. */
  readonly fingerprint: string
  /** The id under which a message is published whose own id was taken by another content. Rarely asked for. */
  readonly idIfDifferent?: (() => string) | undefined
  /** What is published instead where the name was taken by this other fingerprint, if anything. */
  readonly ifTaken?: ((by: string) => PlannedEvent | undefined) | undefined
  /** It may come again for as long as commands are known, and not only while Infobip repeats a webhook. */
  readonly isLasting?: boolean | undefined
}

export function claimIdOf({ event, claimId }: PlannedEvent): string {
  return claimId ?? event.id
}

/** What is to be published of an event whose name is known with a fingerprint: nothing, where that is its own. */
export function alternativeOf(plan: PlannedEvent, known: string): PlannedEvent | undefined {
  if (known === plan.fingerprint) return undefined
  const { event, idIfDifferent } = plan
  if (idIfDifferent === undefined) return plan.ifTaken?.(known)
  return { ...plan, event: { ...event, id: idIfDifferent() }, idIfDifferent: undefined }
}
