import type { ConsentRecorded } from './events/consent-recorded.ts'
import type { ImEventOf } from './events/im-event.ts'
import { eventIds } from './identity/event-ids.ts'

/**
 * The key of what one source says of one customer: `{conversation}:{source}`, and for a template that the customer stopped
 * `{conversation}:{source}/{template}`, so that it stands beside what the source says of everything else.
 *
 * @param conversation `{tenant}:{business number}:{customer}`, `-` for a business number where it is about all of them
 */
function consentKey(
  conversation: string,
  { source, scope, template }: Pick<ConsentRecorded, 'source' | 'scope' | 'template'>,
): string {
  return `${conversation}:${source}${scope === 'template' ? `/${template ?? ''}` : ''}`
}

/** The record of the compacted topic. */
export function consentRecordedEvent(
  conversation: string,
  data: ConsentRecorded,
): ImEventOf<'imchannel.consent.recorded.v1'> {
  const key = consentKey(conversation, data)
  return {
    type: 'imchannel.consent.recorded.v1',
    id: eventIds.consentRecorded(data.tenant, key, data.since, data.state),
    tenant: data.tenant,
    key,
    time: data.since,
    data,
  }
}
