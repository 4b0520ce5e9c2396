import type { ContentType } from '@imchannel/events'
import type { Consent } from './consent.ts'
import type { Contact } from './contact.ts'
import type { Message } from './message.ts'
import type { BotOutcome } from './outcome.ts'
import type { Reply } from './reply.ts'

/** Answers a message. What it throws brings it back, twice; then the message becomes a dead letter. */
export type MessageHandler<K extends ContentType = ContentType> = (
  message: Message<K>,
  reply: Reply,
) => Promise<unknown> | void
/** Is told what became of what this bot has sent. `reply` writes to the same customer, and has no message to quote. */
export type OutcomeHandler = (outcome: BotOutcome, reply: Reply) => Promise<unknown> | void

/** Is told of a customer's consent. `reply` writes to the same customer, where the event names the business number. */
export type ConsentHandler = (consent: Consent, reply: Reply) => Promise<unknown> | void

/** Is told of a customer's names. `reply` writes to the phone number that the event names, else to the user id. */
export type ContactHandler = (contact: Contact, reply: Reply) => Promise<unknown> | void

/** Who handles what. */
export interface Handlers {
  onMessage(kind: ContentType | 'any', handler: MessageHandler): void
  onOutcome(handler: OutcomeHandler): void
  onConsentChanged(handler: ConsentHandler): void
  onContactChanged(handler: ContactHandler): void
  /** The handler of the message's kind, else the one of all kinds. */
  of(message: Message): MessageHandler | undefined
  outcome(): OutcomeHandler | undefined
  consent(): ConsentHandler | undefined
  contact(): ContactHandler | undefined
}

export function createHandlers(): Handlers {
  const byKind = new Map<ContentType | 'any', MessageHandler>()
  let onOutcome: OutcomeHandler | undefined
  let onConsentChanged: ConsentHandler | undefined
  let onContactChanged: ContactHandler | undefined
  return {
    onMessage: (kind, handler) => {
      if (byKind.has(kind)) throw new TypeError(`onMessage: there is a handler for ${kind} messages already`)
      byKind.set(kind, handler)
    },
    onOutcome: (handler) => {
      if (onOutcome !== undefined) throw new TypeError('onOutcome: there is a handler already')
      onOutcome = handler
    },
    onConsentChanged: (handler) => {
      if (onConsentChanged !== undefined) throw new TypeError('onConsentChanged: there is a handler already')
      onConsentChanged = handler
    },
    onContactChanged: (handler) => {
      if (onContactChanged !== undefined) throw new TypeError('onContactChanged: there is a handler already')
      onContactChanged = handler
    },
    of: (message) => byKind.get(message.content.type) ?? byKind.get('any'),
    outcome: () => onOutcome,
    consent: () => onConsentChanged,
    contact: () => onContactChanged,
  }
}
