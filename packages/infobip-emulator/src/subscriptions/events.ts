import type { WebhookKind } from '../store/entities.ts'

/** What one subscribes to so that a kind of webhook comes: the channel, and the event within it. */
export interface SubscribedEvent {
  channel: 'WHATSAPP' | 'VOICE_VIDEO' | 'BLOCKLIST'
  events: readonly string[]
}

const whatsApp = (event: string): SubscribedEvent => ({ channel: 'WHATSAPP', events: [event] })

const EVENTS: Readonly<Partial<Record<WebhookKind, SubscribedEvent>>> = {
  inbound: whatsApp('INBOUND_MESSAGE'),
  delivery: whatsApp('DELIVERY'),
  seen: whatsApp('SEEN'),
  clicked: whatsApp('CLICK'),
  template: whatsApp('TEMPLATE_UPDATE'),
  identity: whatsApp('IDENTITY_CHANGE'),
  payment: whatsApp('PAYMENT_STATUS'),
  consent: whatsApp('MARKETING_SUBSCRIPTION_UPDATE'),
  echo: whatsApp('BUSINESS_APP_MESSAGE_ECHO'),
  call: { channel: 'VOICE_VIDEO', events: ['CALL_RECEIVED', 'CALL_ESTABLISHED', 'CALL_FINISHED'] },
  blocklist: { channel: 'BLOCKLIST', events: ['BLOCK', 'UNBLOCK'] },
}

/** Undefined for kinds that nobody subscribes to: they come where the account's webhooks go. */
export const subscribedEvent = (kind: WebhookKind): SubscribedEvent | undefined => EVENTS[kind]

/** Every event that the emulator sends on a channel. */
export function eventsOn(channel: SubscribedEvent['channel']): string[] {
  return Object.values(EVENTS)
    .filter((one) => one.channel === channel)
    .flatMap((one) => one.events)
}
