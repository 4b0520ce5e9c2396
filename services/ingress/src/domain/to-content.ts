import type { Content } from '@imchannel/events'
import type { InboundContent, InboundMessage } from '@imchannel/infobip'

type MediaUrl = (url: string) => string | undefined

/** A message as far as its content goes. */
type Said = Pick<InboundMessage, 'parts' | 'context' | 'pairedMessageId'>

/** The message's content: one part, or the first that is neither text nor subject, with all parts beside it. */
export function toContent(
  message: Said,
  mediaUrl: MediaUrl,
): { readonly content: Content; readonly parts?: Content[] } {
  const parts = message.parts.map((part) => mapContent(part, message, mediaUrl))
  const content = parts.find((part) => part.type !== 'text') ?? parts[0] ?? { type: 'unknown' }
  return parts.length > 1 ? { content, parts } : { content }
}

function mapContent(part: InboundContent, message: Said, mediaUrl: MediaUrl): Content {
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
      return { ...part, type: 'location' }
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
        selections: part.selections.map((one) => ({ ...one, items: [...one.items] })),
      }
    case 'ORDER':
      return { ...part, type: 'order', items: [...part.items] }
    case 'REACTION':
      return { ...part, type: 'reaction', messageId: message.context?.id ?? message.pairedMessageId }
    case 'PAYMENT':
      return { ...part, type: 'payment', items: part.items && [...part.items] }
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

type Card = Extract<InboundContent, { type: 'CONTACT' }>['contacts'][number]

function mapVcard(card: Card): Extract<Content, { type: 'contacts' }>['contacts'][number] {
  const { phones, emails, addresses, urls } = card
  return {
    ...card,
    phones: phones && [...phones],
    emails: emails && [...emails],
    addresses: addresses && [...addresses],
    urls: urls && [...urls],
  }
}
