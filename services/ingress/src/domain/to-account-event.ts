import { eventIds, type EventType, type ImEvent } from '@imchannel/events'
import type { IdentityChange, PaymentChange, TemplateChange, TypingChange, UsageReport } from '@imchannel/infobip'
import { conversationOf, nameCustomer, showCustomer, type ShownCustomer } from './customer.ts'
import type { WebhookContext } from './webhook-context.ts'

/** A customer began or stopped to type. */
export function toTypingEvent(typing: TypingChange, original: string, context: WebhookContext): ImEvent {
  const { tenant, aliases, receivedAt } = context
  const { event, ...fields } = typing
  const shown = showCustomer(typing.to, typing.from)
  const from = nameCustomer(shown, aliases)
  return {
    type: 'imchannel.typing.changed.v1',
    id: eventIds.typing(tenant, {
      messageId: typing.messageId,
      from: typing.from,
      to: typing.to,
      event,
      time: typing.receivedAt,
    }),
    tenant,
    key: conversationOf(shown, context),
    subject: typing.messageId,
    time: typing.receivedAt ?? receivedAt,
    data: { tenant, ...fields, from, to: shown.business },
    verbatim: { original },
  }
}

/** A template's status, category or quality has changed. */
export function toTemplateEvent(template: TemplateChange, original: string, context: WebhookContext): ImEvent {
  const { timestamp, change, ...fields } = template
  const envelope = envelopeOf('imchannel.template.changed.v1', { original, at: timestamp, context })
  return {
    ...envelope,
    subject: template.templateId,
    data: { tenant: context.tenant, ...fields, change, changedAt: timestamp },
  }
}

/** A customer's payment has changed. */
export function toPaymentEvent(payment: PaymentChange, original: string, context: WebhookContext): ImEvent {
  const { createdAt, total, transactions, ...fields } = payment
  const shown = showCustomer(payment.sender, payment.from)
  return {
    ...envelopeOf('imchannel.payment.changed.v1', { original, at: createdAt, context, shown }),
    subject: payment.paymentId,
    data: {
      tenant: context.tenant,
      ...fields,
      sender: shown.business,
      from: nameCustomer(shown, context.aliases),
      total: total,
      transactions: transactions?.map((one) => one),
      changedAt: createdAt,
    },
  }
}

/** One row of what the Billing Usage API was asked for. */
export function toUsageEvent(usage: UsageReport, original: string, context: WebhookContext): ImEvent {
  const { billingPeriods, values, ...fields } = usage
  return {
    ...envelopeOf('imchannel.usage.reported.v1', { original, at: undefined, context }),
    subject: usage.requestId,
    data: {
      tenant: context.tenant,
      ...fields,
      values: { ...values },
      billingPeriods: billingPeriods && [...billingPeriods],
    },
  }
}

/** A customer's WhatsApp identity has changed. */
export function toIdentityEvent(identity: IdentityChange, original: string, context: WebhookContext): ImEvent {
  const { createdAt, ...fields } = identity
  const shown = showCustomer(identity.sender, identity.userNumber ?? identity.userId, { userId: identity.userId })
  return {
    ...envelopeOf('imchannel.identity.changed.v1', { original, at: createdAt, context, shown }),
    data: {
      tenant: context.tenant,
      ...fields,
      sender: shown.business,
      userNumber: shown.phone ?? identity.userNumber,
      changedAt: createdAt,
    },
  }
}

export interface Source {
  /** Infobip's bytes, from which the id derives. */
  readonly original: string
  readonly at: string | undefined
  readonly context: WebhookContext
  readonly shown?: ShownCustomer
}

/** What all events about an account have in common. */
export function envelopeOf<T extends EventType>(type: T, { original, at, context, shown }: Source) {
  const { tenant, receivedAt } = context
  return {
    type,
    id: eventIds.ofBytes(type, tenant, original),
    tenant,
    key: conversationOf(shown, context),
    time: at ?? receivedAt,
    verbatim: { original },
  }
}
