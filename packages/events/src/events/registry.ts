import type { z } from 'zod'
import type { Topics } from '../topics.ts'
import { consentChanged, identityChanged, paymentChanged, templateChanged } from './account-events.ts'
import { mediaFetched } from './media-fetched.ts'
import { messageClicked } from './message-clicked.ts'
import { messageDelivery } from './message-delivery.ts'
import { messageOutcome } from './message-outcome.ts'
import { messageReceived } from './message-received.ts'
import { messageSeen } from './message-seen.ts'
import { typingChanged } from './typing-changed.ts'
import { webhookUnrecognised } from './webhook-unrecognised.ts'

type TopicName = 'inbound' | 'status' | 'account' | 'unrecognised'

/** Every event that IMChannel publishes: its type with the major version, its topic, its schema. */
export const eventRegistry = {
  'imchannel.message.received.v1': { topic: 'inbound', schema: messageReceived },
  'imchannel.typing.changed.v1': { topic: 'inbound', schema: typingChanged },
  'imchannel.message.accepted.v1': { topic: 'status', schema: messageOutcome },
  'imchannel.message.rejected.v1': { topic: 'status', schema: messageOutcome },
  'imchannel.message.expired.v1': { topic: 'status', schema: messageOutcome },
  'imchannel.message.delivery.v1': { topic: 'status', schema: messageDelivery },
  'imchannel.message.seen.v1': { topic: 'status', schema: messageSeen },
  'imchannel.message.clicked.v1': { topic: 'status', schema: messageClicked },
  'imchannel.media.fetched.v1': { topic: 'status', schema: mediaFetched },
  'imchannel.template.changed.v1': { topic: 'account', schema: templateChanged },
  'imchannel.identity.changed.v1': { topic: 'account', schema: identityChanged },
  'imchannel.payment.changed.v1': { topic: 'account', schema: paymentChanged },
  'imchannel.consent.changed.v1': { topic: 'account', schema: consentChanged },
  'imchannel.webhook.unrecognised.v1': { topic: 'unrecognised', schema: webhookUnrecognised },
} as const satisfies Record<string, { topic: TopicName; schema: z.ZodType }>

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
