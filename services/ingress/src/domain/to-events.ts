import { normaliseNumber } from '@imchannel/events'
import type { InboundMessage, WebhookResult } from '@imchannel/infobip'
import { aliasOf } from './customer.ts'
import { planCost } from './plan-cost.ts'
import { planConsent } from './plan-consent.ts'
import type { PlannedEvent } from './planned-event.ts'
import type { ReadWebhook } from './read-webhook.ts'
import { shownBy } from './shown-customers.ts'
import { toIdentityEvent, toPaymentEvent, toTemplateEvent, toTypingEvent, toUsageEvent } from './to-account-event.ts'
import { toBlocklistEvent, toConsentEvent } from './to-consent-event.ts'
import { planEcho, toCallEvent } from './to-inbound-event.ts'
import { toMessageEvent } from './to-message-event.ts'
import { planClick, toDeliveryEvent, toSeenEvent } from './to-report-event.ts'
import { threw, toUnrecognisedEvent } from './to-unrecognised-event.ts'
import { aliasKey, type Alias, type WebhookContext } from './webhook-context.ts'

/** One event for each result, and what it says of a call, consent and cost behind it, in the webhook's order, and what the webhook taught about who is who. */
export interface PlannedWebhook {
  readonly planned: readonly PlannedEvent[]
  /** To be remembered once the events are stored. */
  readonly learnt: readonly Alias[]
}

/** Turns a webhook's results into events: at least one for each result, unrecognised ones included. Never throws. */
export function toEvents(webhook: ReadWebhook, context: WebhookContext): PlannedWebhook {
  const learnt = learn(webhook.results, context)
  const within = learnt.size === 0 ? context : { ...context, aliases: withLearnt(context.aliases, learnt) }
  const planned = webhook.results.flatMap((result) => plan(result, within))
  return {
    planned,
    learnt: [...learnt.values()].filter((one) => context.aliases.get(aliasKey(one.business, one.bsuid)) !== one.phone),
  }
}

function withLearnt(known: ReadonlyMap<string, string>, learnt: ReadonlyMap<string, Alias>): Map<string, string> {
  const aliases = new Map(known)
  for (const [key, { phone }] of learnt) aliases.set(key, phone)
  return aliases
}

function learn(results: readonly WebhookResult[], context: WebhookContext): Map<string, Alias> {
  const learnt = new Map<string, Alias>()
  for (const result of results) {
    const shown = shownBy(result, context)
    const alias = shown && aliasOf(shown)
    // The business itself is nobody's customer: whatever such a result says, it teaches nothing.
    if (alias !== undefined && context.isOwnNumber?.(alias.phone) !== true)
      learnt.set(aliasKey(alias.business, alias.bsuid), alias)
  }
  return learnt
}

const ownMessage = {
  code: 'own_message',
  reason: 'it is from a number of the tenant itself, and no customer’s message',
}

/** What the business wrote elsewhere, in WhatsApp's own app for one, and Infobip echoes: a bot would answer itself. */
function isOwnMessage({ from }: InboundMessage, { isOwnNumber }: WebhookContext): boolean {
  return isOwnNumber?.(normaliseNumber(from)) === true
}

function plan(result: WebhookResult, context: WebhookContext): PlannedEvent[] {
  try {
    const planned = planAsRead(result, context)
    return [planned, ...planCall(result, context), ...planConsent(planned, context), ...planCost(planned, context)]
  } catch (error) {
    return [{ event: toUnrecognisedEvent(threw('handling', error, result.text), context), fingerprint: '' }]
  }
}

/** Of a call of which this is not the event that tells first: it goes out where that one did not come. */
function planCall(result: WebhookResult, context: WebhookContext): PlannedEvent[] {
  if (result.kind !== 'unrecognised' || result.call === undefined) return []
  return [{ event: toCallEvent(result.call, result.text, context), fingerprint: '' }]
}

function planAsRead(result: WebhookResult, context: WebhookContext): PlannedEvent {
  const { text } = result
  switch (result.kind) {
    case 'message':
      return isOwnMessage(result.message, context)
        ? { event: toUnrecognisedEvent({ ...ownMessage, text }, context), fingerprint: '' }
        : toMessageEvent(result.message, text, context)
    case 'delivery':
      return { event: toDeliveryEvent(result.report, text, context), fingerprint: '' }
    case 'seen':
      return { event: toSeenEvent(result.report, text, context), fingerprint: '' }
    case 'click':
      return planClick(result.report, text, context)
    case 'typing':
      return { event: toTypingEvent(result.typing, text, context), fingerprint: '' }
    case 'payment':
      return { event: toPaymentEvent(result.payment, text, context), fingerprint: '' }
    case 'consent':
      return { event: toConsentEvent(result.consent, text, context), fingerprint: '' }
    case 'identity':
      return { event: toIdentityEvent(result.identity, text, context), fingerprint: '' }
    case 'template':
      return { event: toTemplateEvent(result.template, text, context), fingerprint: '' }
    case 'call':
      return { event: toCallEvent(result.call, text, context), fingerprint: '' }
    case 'echo':
      return planEcho(result.echo, text, context)
    case 'blocklist':
      return { event: toBlocklistEvent(result.blocklist, text, context), fingerprint: '' }
    case 'usage':
      return { event: toUsageEvent(result.usage, text, context), fingerprint: '' }
    case 'unrecognised':
      return { event: toUnrecognisedEvent(result, context), fingerprint: '' }
  }
}
