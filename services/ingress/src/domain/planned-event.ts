import type { ImEvent } from '@imchannel/events'

/** An event with what is needed to publish it once. */
export interface PlannedEvent {
  readonly event: ImEvent
  /** What the memory keeps beside the id: two messages of one id are the same where it is the same. */
  readonly fingerprint: string
  /** The id under which a message is published whose own id was taken by another content. Rarely asked for. */
  readonly idIfDifferent?: (() => string) | undefined
}
