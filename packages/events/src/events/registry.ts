import type { z } from 'zod'
import type { Topics } from '../topics.ts'
import { consentChanged, identityChanged, paymentChanged, templateChanged } from './account-events.ts'
import { auditRecorded } from './audit-recorded.ts'
import { callReceived } from './call-received.ts'
import { consentRecorded } from './consent-recorded.ts'
import { contactChanged, contactRecorded } from './contact-events.ts'
import { costRecorded } from './cost-recorded.ts'
import { mediaFetched } from './media-fetched.ts'
import { messageAttempted } from './message-attempted.ts'
import { messageClicked } from './message-clicked.ts'
import { messageDelivery } from './message-delivery.ts'
import { messageEchoed } from './message-echoed.ts'
import { messageOutcome } from './message-outcome.ts'
import { messageReceived } from './message-received.ts'
import { messageSeen } from './message-seen.ts'
import { typingChanged } from './typing-changed.ts'
import { usageReported } from './usage-reported.ts'
import { webhookUnrecognised } from './webhook-unrecognised.ts'

type TopicName =
  'inbound' | 'status' | 'account' | 'cost' | 'unrecognised' | 'attempts' | 'consent' | 'contacts' | 'audit'

/** Every event that IMChannel publishes: its type with the major version, what it tells, its topic, its schema. */
export const eventRegistry = {
  'imchannel.message.received.v1': { about: 'A customer wrote.', topic: 'inbound', schema: messageReceived },
  'imchannel.typing.changed.v1': {
    about: 'A customer began or stopped to type.',
    topic: 'inbound',
    schema: typingChanged,
  },
  'imchannel.call.received.v1': {
    about: 'A customer called over WhatsApp, whether or not anybody answered.',
    topic: 'inbound',
    schema: callReceived,
  },
  'imchannel.message.echoed.v1': {
    about:
      'Somebody of the business wrote to the customer by its own phone, in WhatsApp Business’s app. Outgoing: nothing to be answered.',
    topic: 'inbound',
    schema: messageEchoed,
  },
  'imchannel.message.accepted.v1': {
    about: 'Infobip has taken the message of a command; not yet delivered.',
    topic: 'status',
    schema: messageOutcome,
  },
  'imchannel.message.rejected.v1': {
    about:
      'A command was refused, by IMChannel or by Infobip; unless it was only to be checked it is also in the dead-letter topic.',
    topic: 'status',
    schema: messageOutcome,
  },
  'imchannel.message.expired.v1': {
    about: 'A command was still waiting when its `expiresAt` or the `maxAge` passed.',
    topic: 'status',
    schema: messageOutcome,
  },
  'imchannel.message.delivery.v1': {
    about: 'Infobip reports what became of a message. There can be several for one message, in any order.',
    topic: 'status',
    schema: messageDelivery,
  },
  'imchannel.message.seen.v1': { about: 'The customer has read a message.', topic: 'status', schema: messageSeen },
  'imchannel.message.clicked.v1': {
    about: 'The customer has opened a tracked link.',
    topic: 'status',
    schema: messageClicked,
  },
  'imchannel.media.fetched.v1': {
    about: 'A diagnosis: somebody (Infobip, as a rule) asked the media-server for a media item.',
    topic: 'status',
    schema: mediaFetched,
  },
  'imchannel.message.attempted.v1': {
    about:
      'A diagnosis: one request to Infobip that carries a command, and what came of it. Left out rather than let it hold up a send: nothing is to be counted by it.',
    topic: 'attempts',
    schema: messageAttempted,
  },
  'imchannel.template.changed.v1': {
    about: 'A message template’s status, category or quality has changed.',
    topic: 'account',
    schema: templateChanged,
  },
  'imchannel.identity.changed.v1': {
    about: 'A customer’s WhatsApp identity has changed.',
    topic: 'account',
    schema: identityChanged,
  },
  'imchannel.payment.changed.v1': {
    about: 'A customer’s payment has changed its status.',
    topic: 'account',
    schema: paymentChanged,
  },
  'imchannel.consent.changed.v1': {
    about: 'A customer may no longer be written to, or may again: marketing, or at all.',
    topic: 'account',
    schema: consentChanged,
  },
  'imchannel.contact.changed.v1': {
    about: 'A customer has another name than before, or evidence joins two names.',
    topic: 'account',
    schema: contactChanged,
  },
  'imchannel.usage.reported.v1': {
    about: 'One row of a report of Infobip’s Billing Usage API: what was used and charged, as the invoice has it.',
    topic: 'account',
    schema: usageReported,
  },
  'imchannel.consent.recorded.v1': {
    about:
      'What one source says now of one customer. Compacted: the last record of a key counts, one without a value takes it away.',
    topic: 'consent',
    schema: consentRecorded,
  },
  'imchannel.contact.recorded.v1': {
    about:
      'What is known of one name of a customer. Compacted: the last record of a key counts, one without a value takes it away.',
    topic: 'contacts',
    schema: contactRecorded,
  },
  'imchannel.cost.recorded.v1': {
    about:
      'What a message cost, told once it is delivered or seen. Of several records of a message the highest revision counts.',
    topic: 'cost',
    schema: costRecorded,
  },
  'imchannel.audit.recorded.v1': {
    about: 'Somebody looked at a conversation without masks, or had a dead letter sent again.',
    topic: 'audit',
    schema: auditRecorded,
  },
  'imchannel.webhook.unrecognised.v1': {
    about: 'A webhook’s body, or one result of it, that could not be read as anything known: whole, with the reason.',
    topic: 'unrecognised',
    schema: webhookUnrecognised,
  },
} as const satisfies Record<string, { about: string; topic: TopicName; schema: z.ZodType }>

export type EventType = keyof typeof eventRegistry
export type EventData<T extends EventType = EventType> = z.infer<(typeof eventRegistry)[T]['schema']>

// Object.keys of a const object gives its own keys, which TypeScript widens to string.
export const eventTypes = Object.keys(eventRegistry) as EventType[]

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventRegistry, type)
}

/** The topic an event of this type is published to. */
export function topicOf(type: EventType, topics: Topics): string {
  return topics[eventRegistry[type].topic]
}
