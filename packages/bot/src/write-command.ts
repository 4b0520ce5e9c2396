import { conversationKey, injectTrace, parseCommand, type CommandContent, type SendClass } from '@imchannel/events'
import type { Context } from '@opentelemetry/api'
import { InvalidReply } from './errors.ts'
import type { Draft, ReplyOptions } from './reply.ts'
import { requireSender } from './reply.ts'
import type { OutgoingBotRecord } from './transport.ts'

/** Whom a reply goes to, and as whom. */
export interface Addressee {
  readonly tenant: string
  readonly from: string | undefined
  readonly to: string
  /** The customer's message that is answered. */
  readonly messageId?: string | undefined
}

/** What `bot.send` takes: a message that answers nothing. */
export interface OwnMessage extends Omit<ReplyOptions, 'key' | 'quote'> {
  /** The same message twice has to have the same: `order-4711-shipped`. */
  readonly id: string
  /** The bot's tenant unless given. */
  readonly tenant?: string
  /** The business number. */
  readonly from: string
  readonly to: string
  readonly content: CommandContent
  /** `bulk` for one of many, such as a campaign's. Default `notification`. */
  readonly class?: SendClass
}

/** What stands beside a message: who writes it, and what for. */
export interface Origin {
  readonly source: string
  readonly class: SendClass
}

/** A command's record. @throws InvalidReply when the dispatcher would refuse it, with what to change */
export function commandRecord(
  topic: string,
  { id, draft, to, origin }: { id: string; draft: Draft; to: Addressee; origin: Origin },
  { key, context }: { key?: string; context: Context },
): OutgoingBotRecord {
  const value = JSON.stringify(commandOf(id, draft, to, origin))
  const headers = injectTrace({ 'content-type': 'application/json' }, context)
  const read = parseCommand({ topic, partition: 0, offset: '0', key: null, value: Buffer.from(value), headers: {} })
  if (read.outcome === 'rejected') throw new InvalidReply(read.error.reason)
  const conversation = conversationKey({ tenant: to.tenant, business: to.from, customer: to.to })
  return { topic, key: key ?? conversation, value, headers, context }
}

function commandOf(id: string, draft: Draft, { tenant, from, to, messageId }: Addressee, origin: Origin): object {
  const address = { id, tenant, from: requireSender(from), to }
  switch (draft.kind) {
    case 'send': {
      const { quote, callbackData, sendAt, expiresAt, fallback: template, category, maxCategory } = draft.options
      const fallback = template === undefined ? undefined : { ...template, type: 'template' }
      const quoted = quote === true ? { replyTo: { messageId: requireMessage(messageId) } } : {}
      const more = { fallback, category, maxCategory }
      return { ...address, content: draft.content, ...quoted, ...origin, callbackData, sendAt, expiresAt, ...more }
    }
    case 'typing':
      return { ...address, type: 'imchannel.typing.start.v1', messageId }
    case 'read':
      return { ...address, type: 'imchannel.message.read.v1', messageId: requireMessage(messageId) }
  }
}

function requireMessage(messageId: string | undefined): string {
  if (messageId !== undefined) return messageId
  throw new InvalidReply('there is no message of the customer to quote or to mark as read')
}
