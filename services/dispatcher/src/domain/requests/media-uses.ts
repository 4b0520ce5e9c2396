import type { CommandContent, MediaRef } from '@imchannel/events'

export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker'

/** A media item that a message uses. The same reference object is the key of the URL found for it. */
export interface MediaUse {
  ref: MediaRef
  kind: MediaKind
  /** The name that the command gives it. */
  filename?: string
  /** Where in the command: `content.media`. */
  path: string
}

/** Where Infobip finds a media item, and the name it has in the media-server. */
export interface FoundMedia {
  url: string
  filename?: string
}

/** Every media item of a message, in the order of the command: the caller gives each a URL before the request is built. */
export function listMedia(content: CommandContent): MediaUse[] {
  switch (content.type) {
    case 'image':
    case 'video':
    case 'document':
    case 'audio':
    case 'sticker':
      return [use(content.media, content.type, 'content.media', content.filename)]
    case 'buttons':
    case 'urlButton':
    case 'orderDetails':
    case 'template':
      return [
        ...headerMedia(content.header, 'content.header'),
        ...(content.type === 'template' ? carouselMedia(content.carousel) : []),
      ]
    case 'carousel':
      return carouselMedia(content.cards, 'content.cards')
    case 'text':
    case 'location':
    case 'contacts':
    case 'list':
    case 'product':
    case 'productList':
    case 'flow':
    case 'voiceButton':
    case 'locationRequest':
    case 'contactRequest':
    case 'callPermissionRequest':
    case 'authenticationRequest':
    case 'orderStatus':
    case 'native':
      return []
  }
}

type AnyHeader = string | { type: string; media?: MediaRef; filename?: string | undefined } | undefined

function headerMedia(header: AnyHeader, path: string): MediaUse[] {
  if (header === undefined || typeof header === 'string' || header.media === undefined) return []
  // A GIF is an MP4 that plays by itself.
  const kind = header.type === 'image' || header.type === 'document' ? header.type : 'video'
  return [use(header.media, kind, `${path}.media`, header.filename)]
}

function carouselMedia(cards: readonly { header: AnyHeader }[] = [], path = 'content.carousel'): MediaUse[] {
  return cards.flatMap((card, index) => headerMedia(card.header, `${path}[${index}].header`))
}

function use(ref: MediaRef, kind: MediaKind, path: string, filename: string | undefined): MediaUse {
  return filename === undefined ? { ref, kind, path } : { ref, kind, path, filename }
}
