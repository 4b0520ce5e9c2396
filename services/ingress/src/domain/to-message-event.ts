import { eventIds, type MessageReceived } from '@imchannel/events'
import type { InboundMessage } from '@imchannel/infobip'
import { openingOf } from '@imchannel/facts'
import { conversationOf, nameCustomer, showCustomer } from './customer.ts'
import { fingerprint } from './fingerprint.ts'
import type { PlannedEvent } from './planned-event.ts'
import { toContent } from './to-content.ts'
import { mediaUrlOf, type WebhookContext } from './webhook-context.ts'
import { windowFrom } from './window-from.ts'

/** A customer's message as an event. */
export function toMessageEvent(message: InboundMessage, original: string, context: WebhookContext): PlannedEvent {
  const { tenant, aliases, receivedAt } = context
  const { messageId, type } = message
  const shown = showCustomer(message.to, message.from, message.contact)
  const { business } = shown
  // The customer has one name in all events, so that an answer to `from` stays in the conversation.
  const from = nameCustomer(shown, aliases) ?? message.from
  const at = message.receivedAt ?? receivedAt
  const { content, parts } = toContent(message, mediaUrlOf(business, context))
  const replyTo = toReplyTo(message)
  const opens = openingOf({ channel: message.channel, content, parts, replyTo }) === 'opens'
  const said = fingerprint(message.said)
  return {
    fingerprint: said,
    idIfDifferent: () => eventIds.messageReceived(tenant, messageId, type, said),
    event: {
      type: 'imchannel.message.received.v1',
      id: eventIds.messageReceived(tenant, messageId, type),
      tenant,
      key: conversationOf({ ...shown, other: shown.other ?? from }, context),
      subject: messageId,
      time: at,
      data: {
        tenant,
        channel: message.channel,
        messageId,
        from,
        to: business,
        receivedAt: at,
        contact: message.contact,
        content,
        parts,
        replyTo,
        price: message.price,
        pairedMessageId: message.pairedMessageId,
        callbackData: message.callbackData,
        keyword: message.keyword,
        referral: message.referral,
        identity: message.identity,
        entityId: message.entityId,
        applicationId: message.applicationId,
        window: opens ? windowFrom(at) : undefined,
      },
      verbatim: { original },
    },
  }
}

function toReplyTo({ context }: InboundMessage): MessageReceived['replyTo'] {
  if (context === undefined) return undefined
  const { id, referredProduct, ...rest } = context
  return { messageId: id, ...rest, referredProduct }
}
