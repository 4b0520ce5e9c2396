import { eventIds, type ConsentChanged, type ImEvent, type ImEventOf } from '@imchannel/events'
import { findKeyWord, readReportSign } from '@imchannel/facts'
import type { PlannedEvent } from './planned-event.ts'
import type { WebhookContext } from './webhook-context.ts'

/**
 * What an event says of consent beside itself: a message that is one of the tenant's key words, and a report that the customer has
 * stopped marketing, or the template. It is under an id of its own, and in the same conversation.
 */
export function planConsent({ event }: PlannedEvent, context: WebhookContext): PlannedEvent[] {
  if (event.type === 'imchannel.message.received.v1') return ofMessage(event, context)
  return event.type === 'imchannel.message.delivery.v1' ? ofReport(event, context) : []
}

function ofMessage(event: ImEventOf<'imchannel.message.received.v1'>, { keywords }: WebhookContext): PlannedEvent[] {
  const { channel, content, from, to, receivedAt, messageId, contact } = event.data
  const word = keywords === undefined ? undefined : findKeyWord(content, keywords)
  if (keywords === undefined || word === undefined) return []
  return beside(event, messageId, {
    sender: to,
    from,
    userId: contact?.userId,
    status: word,
    changedAt: receivedAt,
    state: to === undefined ? 'unknown' : word === 'stop' ? 'optedOut' : 'optedIn',
    scope: keywords.scope,
    source: 'keyword',
    channel,
    evidence: { messageId },
  })
}

function ofReport(event: ImEventOf<'imchannel.message.delivery.v1'>, { sends }: WebhookContext): PlannedEvent[] {
  const { from, to, contact, messageId, doneAt, error, channel } = event.data
  const sign = readReportSign(event.data)
  if (sign?.kind !== 'optOut') return []
  return beside(event, messageId, {
    sender: from,
    from: to,
    userId: contact?.userId,
    status: error?.name ?? String(error?.id),
    description: error?.description,
    changedAt: doneAt,
    // To which business number, only the send tells: without it nobody is opted out of all of them.
    state: from === undefined ? 'unknown' : 'optedOut',
    scope: sign.scope,
    template: sign.scope === 'template' ? sends.get(messageId)?.request?.template : undefined,
    source: 'whatsapp',
    channel,
    evidence: { messageId },
  })
}

function beside(event: ImEvent, messageId: string, said: Omit<ConsentChanged, 'tenant'>): PlannedEvent[] {
  const { tenant, key, time, verbatim } = event
  const what = `${said.source ?? ''} ${said.status}`
  const data = { tenant, ...said }
  const id = eventIds.consentOf(tenant, messageId, what)
  return [{ event: { type: 'imchannel.consent.changed.v1', id, tenant, key, time, data, verbatim }, fingerprint: '' }]
}
