import type { ConsentChanged, ImEventOf } from '@imchannel/events'

export type ConsentEvent = ImEventOf<'imchannel.consent.changed.v1'>

/** A customer may no longer be written to, or may again, with everything of the event's data. */
export interface Consent extends ConsentChanged {
  /** `ce_id` of the event. */
  readonly id: string
  /** The Kafka key: tenant, business number, customer. */
  readonly conversation: string
}

export function toConsent({ id, key, data }: ConsentEvent): Consent {
  return { ...data, id, conversation: key }
}
