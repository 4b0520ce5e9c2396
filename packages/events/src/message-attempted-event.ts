import type { ImEvent } from './events/im-event.ts'
import type { MessageAttempted } from './events/message-attempted.ts'
import { conversationKey } from './identity/conversation-key.ts'
import { eventIds } from './identity/event-ids.ts'
import type { Instant } from './instant.ts'

/** The dispatcher's diagnosis of one request; `at` is when it was made. */
export function messageAttemptedEvent(data: MessageAttempted, at: Instant): ImEvent {
  const { tenant, commandId, from, to, attempt } = data
  return {
    type: 'imchannel.message.attempted.v1',
    id: eventIds.attempted(tenant, { commandId, attempt, at }),
    tenant,
    key: conversationKey({ tenant, business: from, customer: to }),
    subject: commandId,
    time: at,
    data,
  }
}
