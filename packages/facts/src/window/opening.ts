import type { ContentType, MessageReceived } from '@imchannel/events'

/** Whether something from a customer opens the window: surely, maybe (nobody documents it), or not at all. */
export type Opening = 'opens' | 'uncertain' | 'none'

const openings: Readonly<Record<ContentType, Opening>> = {
  text: 'opens',
  image: 'opens',
  video: 'opens',
  audio: 'opens',
  voice: 'opens',
  document: 'opens',
  sticker: 'opens',
  location: 'opens',
  contacts: 'opens',
  button: 'opens',
  buttonReply: 'opens',
  listReply: 'opens',
  flowReply: 'opens',
  formReply: 'opens',
  order: 'opens',
  payment: 'opens',
  callPermission: 'opens',
  authentication: 'opens',
  reaction: 'uncertain',
  infected: 'uncertain',
  unsupported: 'uncertain',
  unknown: 'uncertain',
}

type Said = Pick<MessageReceived, 'channel' | 'content' | 'parts' | 'replyTo'>

/** What a message does to the window. One in a group opens the group's, whoever wrote it. */
export function openingOf({ channel, content, parts, replyTo }: Said): Opening {
  if (channel !== 'WHATSAPP') return 'none'
  const opens = [content, ...(parts ?? [])].some(({ type }) => openings[type] === 'opens')
  return opens && replyTo?.groupId === undefined ? 'opens' : 'uncertain'
}
