import { categoryOf, isZero, priceMessage, readAmount, type RateCard } from '@imchannel/costs'
import { type CostRecorded, eventIds, type ImEvent, type ImEventOf, type Instant } from '@imchannel/events'
import type { PlannedEvent } from './planned-event.ts'
import type { KnownSend, WebhookContext } from './webhook-context.ts'

/** What an account's prices are told by. */
export interface AccountPrices {
  /** Of the WhatsApp Business Account: prices change with its days. */
  readonly timeZone: string
  readonly card?: { readonly name: string; readonly rates: RateCard } | undefined
}

/** Whether the claim on a message's cost is by a record with a price or by one without. */
const PRICED = 'priced'
const BARE = 'bare'
/** ISO 4217's code for no currency: two of them are never added, so it must have one. */
const NO_CURRENCY = 'XXX'

interface Settled {
  readonly settledBy: CostRecorded['settledBy']
  readonly deliveredAt: Instant
  readonly reported?: CostRecorded['reported']
}

/**
 * What a message cost, beside the report that settles it: the first of delivered and seen, or a failure of which Infobip shows a price.
 * A price that comes after a record without one is its second revision.
 */
export function planCost({ event }: PlannedEvent, context: WebhookContext): PlannedEvent[] {
  if (context.prices === undefined) return []
  if (event.type === 'imchannel.message.delivery.v1') return ofDelivery(event, context)
  return event.type === 'imchannel.message.seen.v1' ? ofSeen(event, context) : []
}

function ofDelivery(event: ImEventOf<'imchannel.message.delivery.v1'>, context: WebhookContext): PlannedEvent[] {
  const { status, price, doneAt } = event.data
  const reported =
    price?.pricePerMessage === undefined
      ? undefined
      : { pricePerMessage: price.pricePerMessage, currency: price.currency ?? NO_CURRENCY }
  const settledBy = settledByOf(status.groupId, reported)
  if (settledBy === undefined) return []
  return plan(event, { settledBy, deliveredAt: doneAt ?? context.receivedAt, reported }, context)
}

function ofSeen(event: ImEventOf<'imchannel.message.seen.v1'>, context: WebhookContext): PlannedEvent[] {
  if (event.data.messageId === undefined) return []
  return plan(event, { settledBy: 'seen', deliveredAt: event.data.seenAt ?? context.receivedAt }, context)
}

const DELIVERED = 3
/** Undeliverable, expired, rejected. */
const FAILED: readonly (number | undefined)[] = [2, 4, 5]

function settledByOf(
  groupId: number | undefined,
  reported: CostRecorded['reported'],
): Settled['settledBy'] | undefined {
  if (groupId === DELIVERED) return 'delivered'
  const amount = reported && readAmount(reported.pricePerMessage)
  return FAILED.includes(groupId) && amount !== undefined && !isZero(amount) ? 'failed' : undefined
}

type Report = ImEventOf<'imchannel.message.delivery.v1'> | ImEventOf<'imchannel.message.seen.v1'>

function plan(report: Report, settled: Settled, context: WebhookContext): PlannedEvent[] {
  const { tenant, key } = report
  const { messageId } = report.data
  if (messageId === undefined) return []
  const first: ImEvent = {
    type: 'imchannel.cost.recorded.v1',
    id: eventIds.cost(tenant, messageId),
    tenant,
    key,
    subject: messageId,
    time: settled.deliveredAt,
    data: { ...recordOf(report, settled, context), messageId },
  }
  if (settled.reported === undefined) return [{ event: first, fingerprint: BARE, isLasting: true }]
  const second: ImEvent = { ...first, data: { ...first.data, revision: 2 } }
  const revised: PlannedEvent = {
    event: second,
    claimId: `${first.id}/2`,
    fingerprint: PRICED,
    isLasting: true,
  }
  return [
    {
      event: first,
      fingerprint: PRICED,
      isLasting: true,
      ifTaken: (by) => (by === BARE ? revised : undefined),
    },
  ]
}

function recordOf(
  { data }: Report,
  { settledBy, deliveredAt, reported }: Settled,
  context: WebhookContext,
): Omit<CostRecorded, 'messageId'> {
  const { tenant, channel, commandId, from, to, messageId } = data
  const send = messageId === undefined ? undefined : context.sends.get(messageId)
  // Meta's categories and rules are WhatsApp's; reports of its own API name no channel.
  const isWhatsApp = channel === undefined || channel === 'WHATSAPP'
  const category = categoryOf(isWhatsApp ? send?.request?.category : undefined)
  const { window = 'unknown', freeEntryPoint = 'unknown' } = send?.request ?? {}
  const { timeZone, card } = context.prices?.(from) ?? { timeZone: 'UTC' }
  return {
    tenant,
    commandId,
    from,
    to,
    channel,
    ...aboutSend(send),
    deliveredAt,
    settledBy,
    revision: 1,
    ...category,
    window,
    freeEntryPoint,
    ...priceMessage({
      category: category.category,
      window,
      freeEntryPoint,
      to,
      deliveredAt: Date.parse(deliveredAt),
      reported,
      timeZone,
      card: isWhatsApp ? card : undefined,
    }),
  }
}

function aboutSend(send: KnownSend | undefined): Pick<CostRecorded, 'source' | 'class' | 'template' | 'sentAs'> {
  const { source, class: sendClass, template, form } = send?.request ?? {}
  return { source, class: sendClass, template, sentAs: form }
}
