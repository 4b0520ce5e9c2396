import type { WebhookResult } from '@imchannel/infobip'
import { aliasOf } from './customer.ts'
import type { PlannedEvent } from './planned-event.ts'
import type { ReadWebhook } from './read-webhook.ts'
import { shownBy } from './shown-customers.ts'
import { toConsentEvent, toIdentityEvent, toPaymentEvent, toTemplateEvent, toTypingEvent } from './to-account-event.ts'
import { toMessageEvent } from './to-message-event.ts'
import { toClickEvent, toDeliveryEvent, toSeenEvent } from './to-report-event.ts'
import { threw, toUnrecognisedEvent } from './to-unrecognised-event.ts'
import { aliasKey, type Alias, type WebhookContext } from './webhook-context.ts'

/** One event for each result, in the webhook's order, and what the webhook taught about who is who. */
export interface PlannedWebhook {
  readonly planned: readonly PlannedEvent[]
  /** To be remembered once the events are stored. */
  readonly learnt: readonly Alias[]
}

/** Turns a webhook's results into events: as many as there are results, unrecognised ones included. Never throws. */
export function toEvents(webhook: ReadWebhook, context: WebhookContext): PlannedWebhook {
  const learnt = learn(webhook.results, context)
  const within = learnt.size === 0 ? context : { ...context, aliases: withLearnt(context.aliases, learnt) }
  const planned = webhook.results.map((result) => plan(result, within))
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

function learn(results: readonly WebhookResult[], { sends }: WebhookContext): Map<string, Alias> {
  const learnt = new Map<string, Alias>()
  for (const result of results) {
    const shown = shownBy(result, sends)
    const alias = shown && aliasOf(shown)
    if (alias !== undefined) learnt.set(aliasKey(alias.business, alias.bsuid), alias)
  }
  return learnt
}

function plan(result: WebhookResult, context: WebhookContext): PlannedEvent {
  try {
    return planAsRead(result, context)
  } catch (error) {
    return { event: toUnrecognisedEvent(threw('handling', error, result.text), context), fingerprint: '' }
  }
}

function planAsRead(result: WebhookResult, context: WebhookContext): PlannedEvent {
  const { text } = result
  switch (result.kind) {
    case 'message':
      return toMessageEvent(result.message, text, context)
    case 'delivery':
      return { event: toDeliveryEvent(result.report, text, context), fingerprint: '' }
    case 'seen':
      return { event: toSeenEvent(result.report, text, context), fingerprint: '' }
    case 'click':
      return { event: toClickEvent(result.report, text, context), fingerprint: '' }
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
    case 'unrecognised':
      return { event: toUnrecognisedEvent(result, context), fingerprint: '' }
  }
}
