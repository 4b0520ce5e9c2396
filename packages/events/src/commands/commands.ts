import { z } from 'zod'
import { consentScopes } from '../events/account-events.ts'
import { commandContent } from './content.ts'
import { template } from './template.ts'

/** What a tenant may be called. */
export const tenantPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

/** How urgent a message is, the most urgent first: an answer to the customer, a message of its own, one of many. */
export const sendClasses = ['reply', 'notification', 'bulk'] as const
export type SendClass = (typeof sendClasses)[number]

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
  fallback: template
    .optional()
    .describe(
      'A second form, under the same id: sent instead of `content` while the customer service window is closed',
    ),
  category: z
    .enum(['marketing', 'utility', 'authentication', 'service'])
    .optional()
    .describe('What it is, where a template’s category is not known; opt-outs of marketing cover `marketing`'),
  maxCategory: z
    .enum(['authentication', 'utility', 'marketing'])
    .optional()
    .describe('Rejects a template whose category is known to be another one that costs more (`template_category`)'),
  replyTo: z.strictObject({ messageId }).optional().describe('Quotes a message'),
  source: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The bot or campaign that writes it, by which its cost is told; the SDK fills in the bot’s name'),
  class: z
    .enum(sendClasses)
    .optional()
    .describe(
      'An answer to the customer, a message of its own, or one of many: of a number’s messages a second replies go first, then notifications, and `bulk` keeps a tenth. Left out it is its topic’s, else `notification`. Its cost is told by it',
    ),
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

/** Say whether a customer may be written to: for the source `command` alone. */
export const setConsent = z
  .object({
    id: id.optional(),
    type: kind.optional().describe('imchannel.consent.set.v1'),
    tenant,
    from: business.optional().describe('The business number, digits; left out it is about all numbers of the tenant'),
    to: customer,
    state: z.enum(['optedOut', 'optedIn']),
    scope: z
      .enum(consentScopes)
      .describe('`all` covers every message, `marketing` templates of that category, `template` the one that is named'),
    template: z.string().min(1).max(512).optional().describe('Its name, where the scope is `template`'),
    reason: z.string().min(1).max(500).describe('Kept as evidence; no secrets'),
  })
  .refine(({ scope, template }) => (scope === 'template') === (template !== undefined), {
    path: ['template'],
    message: 'is the name of a template where the scope is "template", and absent otherwise',
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
  'imchannel.consent.set.v1': {
    about:
      'Say that a customer may not be written to, or may again. It speaks for the source `command` alone: what WhatsApp, the blocklist or a key word say stands.',
    schema: setConsent,
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
export type SetConsent = Parsed<'imchannel.consent.set.v1'> & Omit<z.infer<typeof setConsent>, 'id' | 'type'>
export type Command = SendMessage | MarkRead | StartTyping | SetConsent
