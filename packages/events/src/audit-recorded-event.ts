import type { AuditRecorded } from './events/audit-recorded.ts'
import type { ImEvent } from './events/im-event.ts'
import { conversationKey } from './identity/conversation-key.ts'
import { eventIds } from './identity/event-ids.ts'
import type { Instant } from './instant.ts'

/** What somebody did, at a time; `actionId` is one for each action, so that its event can be written again. */
export function auditRecordedEvent(data: AuditRecorded, { at, actionId }: { at: Instant; actionId: string }): ImEvent {
  const { tenant } = data
  return {
    type: 'imchannel.audit.recorded.v1',
    id: eventIds.audit(tenant, actionId),
    tenant,
    // No number: what was done with a conversation must not lead to it.
    key: conversationKey({ tenant, business: undefined, customer: undefined }),
    time: at,
    data,
  }
}
