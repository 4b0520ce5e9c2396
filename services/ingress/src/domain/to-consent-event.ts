import type { ConsentChanged, ImEvent } from '@imchannel/events'
import type { BlocklistChange, ConsentChange } from '@imchannel/infobip'
import { nameCustomer, showCustomer } from './customer.ts'
import { envelopeOf } from './to-account-event.ts'
import type { WebhookContext } from './webhook-context.ts'

/** Infobip's documents list no words; WhatsApp's own are these two. */
const states: Readonly<Record<string, ConsentChanged['state']>> = { stop: 'optedOut', resume: 'optedIn' }

/** A customer has switched marketing off or on in WhatsApp itself. */
export function toConsentEvent(consent: ConsentChange, original: string, context: WebhookContext): ImEvent {
  const { createdAt, userId, ...fields } = consent
  const shown = showCustomer(consent.sender, consent.from, { userId })
  return {
    ...envelopeOf('imchannel.consent.changed.v1', { original, at: createdAt, context, shown }),
    data: {
      tenant: context.tenant,
      ...fields,
      sender: shown.business,
      from: nameCustomer(shown, context.aliases),
      userId: shown.bsuid,
      changedAt: createdAt,
      state: states[consent.status.trim().toLowerCase()] ?? 'unknown',
      scope: 'marketing',
      source: 'whatsapp',
      channel: 'WHATSAPP',
    },
  }
}

/** A customer or a campaign has put a number on Infobip's blocklist, or taken it off: nothing at all reaches who is on it. */
export function toBlocklistEvent(change: BlocklistChange, original: string, context: WebhookContext): ImEvent {
  const { event, receivedAt, channel, sourceType, campaign, inboundMessageId } = change
  const shown = showCustomer(change.sender, change.destination)
  return {
    ...envelopeOf('imchannel.consent.changed.v1', { original, at: receivedAt, context, shown }),
    data: {
      tenant: context.tenant,
      sender: shown.business,
      from: nameCustomer(shown, context.aliases),
      status: event,
      changedAt: receivedAt,
      state: event === 'BLOCK' ? 'optedOut' : 'optedIn',
      scope: 'all',
      source: 'blocklist',
      channel,
      evidence: { messageId: inboundMessageId, sourceType, campaign },
    },
  }
}
