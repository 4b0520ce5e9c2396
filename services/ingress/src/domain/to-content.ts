import type { Content } from '@imchannel/events'
import type { InboundContent, InboundMessage } from '@imchannel/infobip'
import { defined } from './defined.ts'

type MediaUrl = (url: string) => string | undefined

/** The message's content: one part, or the first that is neither text nor subject, with all parts beside it. */
export function toContent(
  message: InboundMessage,
  mediaUrl: MediaUrl,
): { readonly content: Content; readonly parts?: Content[] } {
  const parts = message.parts.map((part) => defined(mapContent(part, message, mediaUrl)))
  const content = parts.find((part) => part.type !== 'text') ?? parts[0] ?? { type: 'unknown' }
  return parts.length > 1 ? { content, parts } : { content }
}

function mapContent(part: InboundContent, message: InboundMessage, mediaUrl: MediaUrl): Content {
  switch (part.type) {
    case 'TEXT':
      return { ...part, type: 'text', ...(part.cleanText === undefined ? {} : { cleanText: part.cleanText }) }
    case 'SUBJECT':
      return { ...part, type: 'text', subject: true }
    case 'URL':
      return { type: 'text', text: part.url, url: part.url }
    case 'IMAGE':
      return mapMedia('image', part, mediaUrl)
    case 'VIDEO':
      return mapMedia('video', part, mediaUrl)
    case 'AUDIO':
      return mapMedia('audio', part, mediaUrl)
    case 'VOICE':
      return mapMedia('voice', part, mediaUrl)
    case 'STICKER':
      return mapMedia('sticker', part, mediaUrl)
    case 'DOCUMENT':
    case 'FILE':
      return mapMedia('document', part, mediaUrl)
    case 'LOCATION':
      return { ...defined(part), type: 'location' }
    case 'CONTACT':
      return { type: 'contacts', contacts: part.contacts.map(mapVcard) }
    case 'BUTTON':
      return { ...part, type: 'button' }
    case 'BUTTON_REPLY':
      return { ...part, type: 'buttonReply' }
    case 'LIST_REPLY':
      return { ...part, type: 'listReply' }
    case 'FLOW_REPLY':
      return { ...part, type: 'flowReply' }
    case 'FORM_REPLY':
      return {
        type: 'formReply',
        isPrivate: part.isPrivate,
        selections: part.selections.map((one) =>
          defined({ ...one, items: one.items.map((item) => defined({ ...item })) }),
        ),
      }
    case 'ORDER':
      return { ...part, type: 'order', items: part.items.map((item) => defined({ ...item })) }
    case 'REACTION':
      return { ...part, type: 'reaction', messageId: message.context?.id ?? message.pairedMessageId }
    case 'PAYMENT':
      return mapPayment(part)
    case 'CALL_PERMISSION':
      return { ...part, type: 'callPermission' }
    case 'AUTHENTICATION':
      return { ...part, type: 'authentication' }
    case 'INFECTED':
      return { ...part, type: 'infected' }
    case 'UNSUPPORTED':
      return { type: 'unsupported' }
    case undefined:
      return { type: 'unknown', infobipType: part.infobipType }
  }
}

type MediaKind = 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker'
type MediaPart = Extract<InboundContent, { caption?: unknown }>

function mapMedia(type: MediaKind, part: MediaPart, mediaUrl: MediaUrl): Content {
  const served = part.url === undefined ? undefined : mediaUrl(part.url)
  return { ...part, type, ...(served === undefined ? {} : { media: { url: served } }) }
}

function mapPayment(part: Extract<InboundContent, { type: 'PAYMENT' }>): Content {
  return {
    ...part,
    type: 'payment',
    total: part.total === undefined ? undefined : defined({ ...part.total }),
    items: part.items?.map((item) => defined({ ...item })),
  }
}

function mapVcard(
  card: Extract<InboundContent, { type: 'CONTACT' }>['contacts'][number],
): Extract<Content, { type: 'contacts' }>['contacts'][number] {
  const each = (list: typeof card.phones): Record<string, string>[] | undefined => list?.map((one) => ({ ...one }))
  return defined({
    name: card.name,
    phones: each(card.phones),
    emails: each(card.emails),
    addresses: each(card.addresses),
    urls: each(card.urls),
    org: card.org,
    birthday: card.birthday,
  })
}
