import type { ImEvent } from './events/im-event.ts'
import type { MediaFetched } from './events/media-fetched.ts'
import { conversationKey } from './identity/conversation-key.ts'
import { eventIds } from './identity/event-ids.ts'
import type { Instant } from './instant.ts'

/** The conversation is that of the command that used the media, where it is known; `fetchId` tells one request from the next. */
export interface FetchDetails {
  readonly at: Instant
  readonly fetchId: string
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** The media-server's diagnosis of one HEAD or GET. */
export function mediaFetchedEvent(data: MediaFetched, { at, fetchId, from, to }: FetchDetails): ImEvent {
  return {
    type: 'imchannel.media.fetched.v1',
    id: eventIds.mediaFetched(data.tenant, { mediaId: data.mediaId, fetchId }),
    tenant: data.tenant,
    key: conversationKey({ tenant: data.tenant, business: from, customer: to }),
    subject: data.mediaId,
    time: at,
    data,
  }
}
