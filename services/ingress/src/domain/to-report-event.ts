import { conversationKey, eventIds, isFinal, normaliseNumber, rank, stateOf, type ImEvent } from '@imchannel/events'
import type { ClickReport, DeliveryReport, SeenReport } from '@imchannel/infobip'
import { conversationOf, nameCustomer, showCustomer } from './customer.ts'
import { fingerprint } from './fingerprint.ts'
import { orderParties } from './order-parties.ts'
import type { PlannedEvent } from './planned-event.ts'
import type { WebhookContext } from './webhook-context.ts'

/** What became of a message sent, as Infobip reports it. */
export function toDeliveryEvent(report: DeliveryReport, original: string, context: WebhookContext): ImEvent {
  const { tenant, receivedAt } = context
  const { messageId, channel, status, doneAt } = report
  const { key, ...parties } = partiesOf(report, context)
  return {
    type: 'imchannel.message.delivery.v1',
    id: eventIds.delivery(tenant, { messageId, channel, groupId: status.groupId, id: status.id, doneAt }),
    tenant,
    key,
    subject: messageId,
    time: doneAt ?? receivedAt,
    data: {
      tenant,
      ...aboutOf(report),
      messageId,
      ...parties,
      status: status,
      error: report.error,
      sentAt: report.sentAt,
      doneAt,
      price: report.price,
      messageCount: report.messageCount,
      contact: report.contact,
      final: isFinal(status),
      rank: rank(stateOf(status)),
    },
    verbatim: { original },
  }
}

/** The customer has read a message. */
export function toSeenEvent(report: SeenReport, original: string, context: WebhookContext): ImEvent {
  const { tenant, receivedAt } = context
  const { messageId, seenAt } = report
  const { key, ...parties } = partiesOf(orderParties(report, context.isOwnNumber), context)
  return {
    type: 'imchannel.message.seen.v1',
    id: eventIds.seen(tenant, messageId, seenAt ?? report.seenAtText),
    tenant,
    key,
    subject: messageId,
    time: seenAt ?? receivedAt,
    data: {
      tenant,
      ...aboutOf(report),
      messageId,
      ...parties,
      sentAt: report.sentAt,
      seenAt,
      contact: report.contact,
      rank: rank('seen'),
    },
    verbatim: { original },
  }
}

/** The customer has opened a link. A second click that differs is no repeat, whatever its time says. */
export function planClick(report: ClickReport, original: string, context: WebhookContext): PlannedEvent {
  const { messageId, url, clickedAt: time } = report
  const clicked = fingerprint(report)
  return {
    event: toClickEvent(report, original, context),
    fingerprint: clicked,
    idIfDifferent: () => eventIds.clicked(context.tenant, { messageId, url, time }, clicked),
  }
}

function toClickEvent(report: ClickReport, original: string, context: WebhookContext): ImEvent {
  const { tenant, receivedAt } = context
  const { messageId, url, clickedAt } = report
  const { key, ...parties } = partiesOf(report, context)
  return {
    type: 'imchannel.message.clicked.v1',
    id: eventIds.clicked(tenant, { messageId, url, time: clickedAt }),
    tenant,
    key,
    subject: messageId,
    time: clickedAt ?? receivedAt,
    data: {
      tenant,
      ...aboutOf(report),
      messageId,
      ...parties,
      url,
      domain: report.domain,
      clickedAt,
      device: report.device,
      location: report.location,
    },
    verbatim: { original },
  }
}

type Report = ClickReport & Pick<DeliveryReport, 'contact'>

interface Parties {
  readonly key: string
  readonly commandId?: string
  readonly sentAs?: 'content' | 'fallback'
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Both sides: those of the send where this system sent the message, else what the report shows. */
function partiesOf(report: Report, context: WebhookContext): Parties {
  const { tenant, sends, aliases } = context
  const send = report.messageId === undefined ? undefined : sends.get(report.messageId)
  if (send !== undefined) {
    const { commandId, from, to, request } = send
    const sentAs = request?.form === undefined ? {} : { sentAs: request.form }
    // By the send's own number, whatever else is known: accepted, delivered and seen lie together.
    const key = conversationKey({ tenant, business: from, customer: to })
    return { key, commandId, ...sentAs, from: normaliseNumber(from), to: normaliseNumber(to) }
  }
  const shown = showCustomer(report.sender, report.recipient, report.contact)
  return { key: conversationOf(shown, context), from: shown.business, to: nameCustomer(shown, aliases) }
}

function aboutOf(
  report: Report,
): Pick<ClickReport, 'channel' | 'bulkId' | 'callbackData' | 'entityId' | 'applicationId'> {
  const { channel, bulkId, callbackData, entityId, applicationId } = report
  return { channel, bulkId, callbackData, entityId, applicationId }
}
