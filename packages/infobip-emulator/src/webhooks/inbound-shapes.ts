import type { Shown } from '../delivery/customers.ts'
import type { Identity, Message } from '../store/entities.ts'
import { infobipDate } from '../wire/dates.ts'

export interface InboundFacts {
  message: Message
  shown: Shown
  /** A word that Infobip's configuration of the number knows. */
  keyword: string | undefined
  /** Infobip's `message` with its `type`. */
  content: Record<string, unknown>
  identity: Identity | undefined
  /** Our message that the customer answers. */
  repliesTo: Message | undefined
  currency: string
}

/** One result of an inbound webhook. */
export function inboundResult(
  format: 'MO_OTT_CONTACT' | 'MO_MESSAGES_API_JSON',
  facts: InboundFacts,
): Record<string, unknown> {
  return format === 'MO_OTT_CONTACT' ? contactResult(facts) : messagesResult(facts)
}

function contactResult({
  message,
  shown,
  content,
  identity,
  repliesTo,
  currency,
  keyword,
}: InboundFacts): Record<string, unknown> {
  const answersOurs = repliesTo?.direction === 'to-customer'
  const context = message.replyToId === undefined ? {} : { context: { from: message.sender, id: message.replyToId } }
  return {
    from: shown.address,
    to: message.sender,
    integrationType: 'WHATSAPP',
    receivedAt: infobipDate(wholeSeconds(message.at)),
    messageId: message.messageId,
    ...(answersOurs ? { pairedMessageId: repliesTo.messageId } : {}),
    ...(answersOurs && repliesTo.callbackData !== undefined ? { callbackData: repliesTo.callbackData } : {}),
    ...(keyword === undefined ? {} : { keyword }),
    message: { ...content, ...context },
    contact: shown.contact,
    price: { pricePerMessage: 0, currency },
    ...(identity === undefined
      ? {}
      : {
          identity: {
            acknowledged: identity.acknowledged,
            hash: identity.hash,
            createdAt: infobipDate(identity.createdAt),
          },
        }),
  }
}

/** Infobip's inbound times have no fraction of a second. */
const wholeSeconds = (at: number): number => Math.floor(at / 1000) * 1000

function messagesResult({ message, shown, content, repliesTo }: InboundFacts): Record<string, unknown> {
  const answersOurs = repliesTo?.direction === 'to-customer'
  return {
    event: 'MO',
    channel: 'WHATSAPP',
    sender: shown.address,
    destination: message.sender,
    content: [messagesContent(content)],
    receivedAt: infobipDate(wholeSeconds(message.at)),
    messageId: message.messageId,
    ...(answersOurs ? { pairedMessageId: repliesTo.messageId } : {}),
    ...(answersOurs && repliesTo.callbackData !== undefined ? { callbackData: repliesTo.callbackData } : {}),
    messageCount: 1,
  }
}

/** The Messages API knows fewer kinds; what it lacks goes as a file or as text. */
function messagesContent(content: Record<string, unknown>): Record<string, unknown> {
  const { type, ...rest } = content
  switch (type) {
    case 'TEXT':
      return { type: 'TEXT', text: rest.text, cleanText: rest.text }
    case 'IMAGE':
    case 'VIDEO':
    case 'AUDIO':
    case 'DOCUMENT':
      return { type, url: rest.url, ...(rest.caption === undefined ? {} : { text: rest.caption }) }
    case 'VOICE':
      return { type: 'AUDIO', url: rest.url }
    case 'STICKER':
      return { type: 'FILE', url: rest.url }
    case 'LOCATION':
      return { type: 'LOCATION', latitude: rest.latitude, longitude: rest.longitude }
    case 'BUTTON':
      return { type: 'BUTTON_REPLY', text: rest.text, payload: rest.payload }
    case 'INTERACTIVE_BUTTON_REPLY':
      return { type: 'BUTTON_REPLY', text: rest.title, payload: rest.id, id: rest.id }
    case 'INTERACTIVE_LIST_REPLY':
      return { type: 'LIST_REPLY', text: rest.title, id: rest.id }
    case 'REACTION':
      return { type: 'REACTION', emoji: rest.emoji, action: rest.action }
    case 'INTERACTIVE_FLOW_REPLY':
      return { type: 'FLOW_RESPONSE', response: rest.response }
    default: {
      const text = JSON.stringify(content)
      return { type: 'TEXT', text, cleanText: text }
    }
  }
}
