import { z } from 'zod'
import { commandContent } from './content.ts'

/** What a tenant may be called. */
export const tenantPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

const tenant = z.string().max(63).regex(tenantPattern, 'is 1 to 63 of a-z, 0-9 and -, not beginning with -')
const id = z
  .string()
  .min(1)
  .max(256)
  .describe('Makes the command idempotent: a repeat gives neither a request nor an event')
const business = z.string().min(1).max(24).describe('The business number, digits')
const kind = z.string().max(128)
const messageId = z.string().min(1).max(512)
const date = z.string().max(64)
const customer = z.string().min(1).max(150).describe('The customer’s phone number, digits, or BSUID')

/** Send one message to one customer. */
export const sendMessage = z.object({
  id: id.optional(),
  type: kind.optional().describe('imchannel.message.send.v1; may be left out'),
  tenant,
  from: business,
  to: customer,
  content: commandContent,
  replyTo: z.strictObject({ messageId }).optional().describe('Quotes a message'),
  callbackData: z.string().max(4000).optional().describe('Comes back with every report; no secrets'),
  sendAt: date.optional().describe('RFC 3339; not before this'),
  expiresAt: date.optional().describe('RFC 3339; not after this'),
  validateOnly: z.boolean().optional().describe('Check and answer, send nothing'),
  entityId: z.string().max(255).optional(),
  applicationId: z.string().max(255).optional(),
})

/** Mark a customer's message as read. */
export const markRead = z.object({
  id: id.optional(),
  type: kind.optional(),
  tenant,
  from: business,
  to: customer.optional(),
  messageId: messageId.describe('Of the customer’s message'),
})

/** Show the customer that somebody types; marks `messageId` as read as well. */
export const startTyping = z.object({
  id: id.optional(),
  type: kind.optional(),
  tenant,
  from: business,
  to: customer,
  messageId: messageId.optional(),
})

/** Every command that the dispatcher reads: its type with the major version, what it asks, its schema. */
export const commandRegistry = {
  'imchannel.message.send.v1': { about: 'Send one message to one customer.', schema: sendMessage },
  'imchannel.message.read.v1': {
    about: 'Mark a customer’s message as read. Tried for 60 s at most.',
    schema: markRead,
  },
  'imchannel.typing.start.v1': {
    about: 'Show the customer that somebody types. Tried for 60 s at most.',
    schema: startTyping,
  },
} as const

export type CommandType = keyof typeof commandRegistry
// Object.keys of a const object gives its own keys, which TypeScript widens to string.
export const commandTypes = Object.keys(commandRegistry) as CommandType[]

/** What a bot writes. */
export type CommandInput<T extends CommandType = CommandType> = z.input<(typeof commandRegistry)[T]['schema']>

interface Parsed<T extends CommandType> {
  readonly type: T
  /** From the value, else `ce_id`, else `{topic}-{partition}-{offset}` (`{topic}~{8 digits}-{partition}-{offset}` where the topic was deleted and made anew). */
  readonly id: string
}

/** A checked command: numbers are digits, dates RFC 3339 in UTC, null is absent, the id is there. */
export type SendMessage = Parsed<'imchannel.message.send.v1'> & Omit<z.infer<typeof sendMessage>, 'id' | 'type'>
export type MarkRead = Parsed<'imchannel.message.read.v1'> & Omit<z.infer<typeof markRead>, 'id' | 'type'>
export type StartTyping = Parsed<'imchannel.typing.start.v1'> & Omit<z.infer<typeof startTyping>, 'id' | 'type'>
export type Command = SendMessage | MarkRead | StartTyping
