import { eventIds, type ImEvent } from '@imchannel/events'
import type { MessageEcho, WhatsAppCall } from '@imchannel/infobip'
import { conversationOf, nameCustomer, showCustomer } from './customer.ts'
import { fingerprint } from './fingerprint.ts'
import type { PlannedEvent } from './planned-event.ts'
import { toContent } from './to-content.ts'
import { mediaUrlOf, type WebhookContext } from './webhook-context.ts'
import { windowFrom } from './window-from.ts'

/** A customer called, or accepted a call of the business. */
export function toCallEvent(call: WhatsAppCall, original: string, context: WebhookContext): ImEvent {
  const { tenant, aliases } = context
  const { callId, direction, isSure, receivedAt = context.receivedAt } = call
  const shown = showCustomer(call.business, call.customer)
  const from = nameCustomer(shown, aliases) ?? call.customer
  return {
    type: 'imchannel.call.received.v1',
    // One of which nobody knows whether it was accepted is another event: it must not stand in the way of the one that tells.
    id: eventIds.callReceived(tenant, isSure ? callId : `${callId}?`),
    tenant,
    key: conversationOf({ ...shown, other: shown.other ?? from }, context),
    subject: callId,
    time: receivedAt,
    data: {
      tenant,
      channel: 'WHATSAPP',
      callId,
      direction,
      from,
      to: shown.business,
      receivedAt,
      window: isSure ? windowFrom(receivedAt) : undefined,
    },
    verbatim: { original },
  }
}

/** The business wrote by its own phone: the customer is who it wrote to. */
export function planEcho(echo: MessageEcho, original: string, context: WebhookContext): PlannedEvent {
  const { tenant, aliases, receivedAt } = context
  const { messageId, sentAt, contact, replyTo } = echo
  const shown = showCustomer(echo.from, echo.to, contact)
  const { business } = shown
  const to = nameCustomer(shown, aliases)
  const said = fingerprint(echo.said)
  return {
    fingerprint: said,
    idIfDifferent: () => eventIds.messageEchoed(tenant, messageId, said),
    event: {
      type: 'imchannel.message.echoed.v1',
      id: eventIds.messageEchoed(tenant, messageId),
      tenant,
      key: conversationOf(shown, context),
      subject: messageId,
      time: sentAt ?? receivedAt,
      data: {
        tenant,
        channel: 'WHATSAPP',
        messageId,
        from: business,
        to,
        sentAt,
        contact,
        content: toContent({ parts: [echo.content] }, mediaUrlOf(business, context)).content,
        replyTo: replyTo === undefined ? undefined : { messageId: replyTo },
      },
      verbatim: { original },
    },
  }
}
