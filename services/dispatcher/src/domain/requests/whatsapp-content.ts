import type { CommandContent } from '@imchannel/events'
import type { FindMedia } from './find-media.ts'
import { present } from './present.ts'
import { interactiveContent } from './whatsapp-interactive.ts'
import type { InteractiveContent } from './whatsapp-interactive.ts'

type Body = Readonly<Record<string, unknown>>

type Contents<Type extends CommandContent['type']> = Extract<CommandContent, { type: Type }>
type Simple = Contents<'text' | 'image' | 'video' | 'document' | 'audio' | 'sticker' | 'location' | 'contacts'>
type Bare = Contents<'callPermissionRequest' | 'authenticationRequest'>

/** The `content` of a message of WhatsApp's own endpoints; undefined for the kinds that have none. */
export function whatsAppContent(content: Simple | Bare | InteractiveContent, find: FindMedia): Body | undefined {
  switch (content.type) {
    case 'text':
    case 'image':
    case 'video':
    case 'document':
    case 'audio':
    case 'sticker':
    case 'location':
    case 'contacts':
      return simpleContent(content, find)
    case 'callPermissionRequest':
    case 'authenticationRequest':
      return undefined
    case 'buttons':
    case 'list':
    case 'urlButton':
    case 'product':
    case 'productList':
    case 'carousel':
    case 'flow':
    case 'voiceButton':
    case 'locationRequest':
    case 'contactRequest':
    case 'orderDetails':
    case 'orderStatus':
      return interactiveContent(content, find)
  }
}

function simpleContent(content: Simple, find: FindMedia): Body {
  switch (content.type) {
    case 'text':
      return present({ text: content.text, previewUrl: content.previewUrl })
    case 'image':
    case 'video':
      return present({ mediaUrl: find(content.media).url, caption: content.caption })
    case 'document': {
      const { url, filename } = find(content.media)
      return present({ mediaUrl: url, caption: content.caption, filename: content.filename ?? filename })
    }
    case 'audio':
      return present({ mediaUrl: find(content.media).url, voice: content.voice })
    case 'sticker':
      return { mediaUrl: find(content.media).url }
    case 'location': {
      const { latitude, longitude, name, address } = content
      return present({ latitude, longitude, name, address })
    }
    case 'contacts':
      return { contacts: content.contacts }
  }
}
