import type { ContactChanged, ImEventOf } from '@imchannel/events'

export type ContactEvent = ImEventOf<'imchannel.contact.changed.v1'>

/** A customer has another name than before, or two names are one person's, with everything of the event's data. */
export interface Contact extends ContactChanged {
  /** `ce_id` of the event. */
  readonly id: string
  /** The Kafka key: tenant, business number, and the customer's oldest name. */
  readonly conversation: string
}

export function toContact({ id, key, data }: ContactEvent): Contact {
  return { ...data, id, conversation: key }
}
