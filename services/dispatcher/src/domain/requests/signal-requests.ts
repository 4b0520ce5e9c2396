import type { MarkRead, StartTyping } from '@imchannel/events'
import { markAsReadPath } from '@imchannel/infobip'
import type { WhatsAppEventRequest } from '@imchannel/infobip'
import type { PreparedRequest } from './prepared-request.ts'

/** Marks a customer's message as read. The answer is 204 without a body. */
export function buildReadRequest({ from, messageId }: MarkRead): PreparedRequest {
  const path = markAsReadPath(from, messageId)
  return { method: 'POST', api: 'whatsapp', path, logName: 'markAsRead', answer: 'none' }
}

/** Shows that somebody types. `messageId` is the event's own: Infobip finds the customer's last message by itself. */
export function buildTypingRequest({ from, to }: StartTyping, messageId: string): PreparedRequest {
  const event: WhatsAppEventRequest = {
    events: [{ sender: from, destinations: [{ to, messageId }], content: { type: 'TYPING_INDICATOR' } }],
  }
  const body = JSON.stringify(event)
  return {
    method: 'POST',
    api: 'whatsapp',
    path: '/whatsapp/1/events',
    body,
    logName: 'startTyping',
    answer: 'messages',
  }
}
