import type { CommandContent } from '@imchannel/events'

type ContentOf<Kinds extends readonly string[]> = Extract<CommandContent, { type: Kinds[number] }>

/** The kinds of content that omni has words for. */
export const omniKinds = ['text', 'image', 'video', 'document', 'audio', 'location', 'contacts', 'template'] as const
export type OmniContent = ContentOf<typeof omniKinds>

/**
 * The kinds that the Messages API has words for. Not among them: a list, which loses the text of its button there, a
 * carousel, its body, a contact, all but name and phone, an order, its minor units; audio does not exist there.
 */
export const messagesKinds = [
  'text',
  'image',
  'video',
  'document',
  'sticker',
  'location',
  'buttons',
  'urlButton',
  'productList',
  'flow',
  'template',
] as const
export type MessagesContent = ContentOf<typeof messagesKinds>

export function isOmniContent(content: CommandContent): content is OmniContent {
  return omniKinds.some((kind) => kind === content.type)
}

export function isMessagesContent(content: CommandContent): content is MessagesContent {
  return messagesKinds.some((kind) => kind === content.type)
}
