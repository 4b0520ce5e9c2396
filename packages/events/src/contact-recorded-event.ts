import type { ContactRecorded } from './events/contact-events.ts'
import type { ImEventOf } from './events/im-event.ts'
import { eventIds } from './identity/event-ids.ts'

/** The record of the compacted topic, under `{tenant}:{portfolio or business number}:{name}`. */
export function contactRecordedEvent(data: ContactRecorded, at: string): ImEventOf<'imchannel.contact.recorded.v1'> {
  const { tenant, scope, name } = data
  const key = `${tenant}:${scope}:${name}`
  return {
    type: 'imchannel.contact.recorded.v1',
    id: eventIds.contactRecorded(tenant, key, JSON.stringify(data)),
    tenant,
    key,
    time: at,
    data,
  }
}
