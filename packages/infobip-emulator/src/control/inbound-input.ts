import { z } from 'zod'
import type { Bubble, Customer, MediaKind } from '../store/entities.ts'
import { findCustomer, newCustomer } from '../delivery/customers.ts'
import { defined } from '../delivery/defined.ts'
import type { CustomerMessage } from '../delivery/receive.ts'
import type { World } from '../world.ts'

const mediaInput = z.strictObject({
  /** The bytes; the emulator then gives them at its own inbound media path, as Infobip does. */
  base64: z.string().optional(),
  /** Or a URL that goes out as it is. */
  url: z.string().optional(),
  contentType: z.string().optional(),
  filename: z.string().optional(),
  caption: z.string().optional(),
})

const reply = z.strictObject({ id: z.string(), title: z.string(), description: z.string().optional() })

/** Body of `POST /_emulator/inbound`: one of the kinds of content, or Infobip's own `message`. */
export const inboundInput = z.strictObject({
  /** The customer's phone number; leave it out for a customer known by `userId` alone. */
  from: z.string().optional(),
  /** The business number; the first account's first sender unless given. */
  to: z.string().optional(),
  name: z.string().optional(),
  userId: z.string().optional(),
  parentUserId: z.string().optional(),
  username: z.string().optional(),
  messageId: z.string().optional(),
  /** When Infobip received it: a message that comes late. Now unless given. */
  receivedAt: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional(),
  /** The ad or post by which the customer came; one of `sourceType` AD makes answers free for 72 hours. */
  referral: z.looseObject({ sourceType: z.string() }).optional(),
  /** The messageId that is answered or quoted. */
  replyTo: z.string().optional(),
  text: z.string().optional(),
  image: mediaInput.optional(),
  video: mediaInput.optional(),
  audio: mediaInput.optional(),
  voice: mediaInput.optional(),
  document: mediaInput.optional(),
  sticker: mediaInput.optional(),
  location: z
    .strictObject({
      latitude: z.number(),
      longitude: z.number(),
      name: z.string().optional(),
      address: z.string().optional(),
      url: z.string().optional(),
    })
    .optional(),
  contacts: z.array(z.looseObject({})).optional(),
  /** A template's quick reply. */
  button: z.strictObject({ text: z.string(), payload: z.string() }).optional(),
  buttonReply: reply.optional(),
  listReply: reply.optional(),
  flowReply: z.looseObject({}).optional(),
  reaction: z
    .strictObject({
      emoji: z.string().optional(),
      to: z.string(),
      action: z.enum(['ADDED', 'REMOVED']).default('ADDED'),
    })
    .optional(),
  order: z.looseObject({}).optional(),
  /** Any of Infobip's messages, with its `type`. */
  message: z.looseObject({ type: z.string() }).optional(),
  /** Laid over the result: fields that the emulator does not model. */
  extra: z.record(z.string(), z.unknown()).optional(),
})
export type InboundInput = z.infer<typeof inboundInput>

const CONTENTS = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'contacts',
  'button',
  'buttonReply',
  'listReply',
  'flowReply',
  'reaction',
  'order',
  'message',
] as const

/** What is wrong with it beyond its shape. */
export function inboundProblem(input: InboundInput): string | undefined {
  const given = CONTENTS.filter((name) => input[name] !== undefined)
  if (given.length !== 1) return `give exactly one of ${CONTENTS.join(', ')}, not ${given.join(' and ') || 'none'}`
  if (input.from === undefined && input.userId === undefined)
    return 'give "from" (a phone number), or "userId" for a customer without one'
  return undefined
}

interface Content {
  bubble: Bubble
  message: Record<string, unknown>
}

/** A customer's doing as the emulator keeps it and as Infobip writes it. */
export function customerMessage(world: World, input: InboundInput): CustomerMessage {
  const phone = input.from?.replace(/^\+|^00/, '')
  const customer = known(revived(world, findCustomer(world, phone, input.userId)), input)
  const sender = input.to ?? world.settings.accounts[0]?.senders[0]?.number ?? ''
  const { bubble, message } = contentOf(world, input, sender)
  return {
    customer,
    sender,
    bubble,
    message: input.referral === undefined ? message : { ...message, referral: input.referral },
    receivedAt: input.receivedAt,
    messageId: input.messageId,
    replyToId: input.replyTo ?? input.reaction?.to,
    extra: input.extra,
  }
}

/** Who writes from a number that somebody left is somebody else. */
function revived(world: World, customer: Customer): Customer {
  if (customer.left !== true) return customer
  const stranger: Customer = { ...newCustomer(customer.id), phone: customer.id }
  world.store.put('customer', stranger)
  return stranger
}

function known(customer: Customer, input: InboundInput): Customer {
  const { name, userId, parentUserId, username } = input
  return Object.assign(customer, defined({ name: name ?? customer.name, userId, parentUserId, username }))
}

function contentOf(world: World, input: InboundInput, sender: string): Content {
  for (const kind of ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const) {
    const given = input[kind]
    if (given !== undefined) return mediaContent(world, kind, given, sender)
  }
  const { text, location, contacts, button, buttonReply, listReply, flowReply, reaction, order, message } = input
  if (text !== undefined) return { bubble: { kind: 'text', text }, message: { type: 'TEXT', text } }
  if (location !== undefined) {
    const place = {
      latitude: location.latitude,
      longitude: location.longitude,
      ...defined({ name: location.name, address: location.address, url: location.url }),
    }
    return { bubble: { kind: 'location', location: place }, message: { type: 'LOCATION', ...place } }
  }
  if (contacts !== undefined) return { bubble: { kind: 'contacts', contacts }, message: { type: 'CONTACT', contacts } }
  if (button !== undefined)
    return { bubble: { kind: 'text', text: button.text }, message: { type: 'BUTTON', ...button } }
  if (buttonReply !== undefined) {
    const { id, title } = buttonReply
    return { bubble: { kind: 'text', text: title }, message: { type: 'INTERACTIVE_BUTTON_REPLY', id, title } }
  }
  if (listReply !== undefined) {
    const { title, description } = listReply
    const shown = description === undefined ? title : `${title}\n${description}`
    return { bubble: { kind: 'text', text: shown }, message: { type: 'INTERACTIVE_LIST_REPLY', ...listReply } }
  }
  if (flowReply !== undefined) {
    return {
      bubble: { kind: 'flow reply', details: flowReply },
      message: { type: 'INTERACTIVE_FLOW_REPLY', response: flowReply },
    }
  }
  if (reaction !== undefined) {
    const { emoji, action } = reaction
    return {
      bubble: { kind: 'reaction', reaction: { action, ...defined({ emoji }) } },
      message: { type: 'REACTION', action, ...defined({ emoji }) },
    }
  }
  if (order !== undefined) return { bubble: { kind: 'order', details: order }, message: { type: 'ORDER', ...order } }
  const raw = message ?? { type: 'UNSUPPORTED' }
  return { bubble: rawBubble(raw), message: raw }
}

function rawBubble(message: Record<string, unknown>): Bubble {
  const { type, text, title } = message
  if (type === 'TEXT' && typeof text === 'string') return { kind: 'text', text }
  if (typeof title === 'string') return { kind: 'text', text: title }
  return { kind: String(type).toLowerCase(), details: message }
}

function mediaContent(
  world: World,
  kind: MediaKind | 'voice',
  given: z.infer<typeof mediaInput>,
  sender: string,
): Content {
  const mediaKind = kind === 'voice' ? 'audio' : kind
  const { filename, caption } = given
  const media = {
    kind: mediaKind,
    url: given.url ?? '',
    ...defined({ filename }),
    ...(kind === 'voice' ? { voice: true } : {}),
  }
  if (given.base64 !== undefined) {
    const bytes = Buffer.from(given.base64, 'base64')
    const id = world.random.ids.uuid()
    const contentType = given.contentType ?? DEFAULT_TYPES[kind]
    const blob = world.blobs.put(bytes, { id, contentType, at: world.clock.now(), sender, ...defined({ filename }) })
    media.url = `${world.publicUrl()}/whatsapp/1/senders/${encodeURIComponent(sender)}/media/${id}`
    Object.assign(media, { blobId: blob.id, contentType, size: blob.size })
  }
  // Infobip gives a document that has no caption its file name as one.
  const shown = caption ?? (kind === 'document' ? filename : undefined)
  return {
    bubble: { kind: mediaKind, media, ...defined({ text: caption }) },
    message: { type: kind.toUpperCase(), url: media.url, ...(kind === 'sticker' ? {} : defined({ caption: shown })) },
  }
}

const DEFAULT_TYPES: Readonly<Record<MediaKind | 'voice', string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg; codecs=opus',
  document: 'application/pdf',
  sticker: 'image/webp',
}
