import { readScope } from './read-common.ts'
import { readDate } from './read-date.ts'
import { decimal, object, objects, text, type JsonObject } from './read-json.ts'
import type { WebhookValue } from './webhook-result.ts'

/** Reads `{from, content, createdAt}` as a payment's, consent's or identity's change, by its content; undefined for another. */
export function readNotification(from: JsonObject, content: JsonObject): WebhookValue | undefined {
  const type = text(content['type'])?.toLowerCase()
  if (type === 'payment' || text(content['paymentStatus']) !== undefined) return readPayment(from, content)
  if (type === 'user_identity_changed') return readIdentity(from, content)
  const status = text(content['notificationMessagesStatus'])
  return status === undefined ? undefined : readConsent(from, content, status)
}

/** Reads that a customer, or a campaign, has put a number on the account's blocklist or taken it off; undefined without the number. */
export function readBlocklist(from: JsonObject, event: 'BLOCK' | 'UNBLOCK'): WebhookValue | undefined {
  const content = object(from['content'])
  const destination = text(content?.['destination'])
  if (content === undefined || destination === undefined) return undefined
  return {
    kind: 'blocklist',
    blocklist: {
      event,
      sender: text(content['sender']),
      destination,
      channel: text(content['channel']),
      sourceType: text(content['sourceType']),
      inboundMessageId: text(object(content['inboundMessageReference'])?.['inboundMessageId']),
      campaign: text(object(content['campaignReference'])?.['campaign']),
      receivedAt: readDate(from['receivedAt']),
    },
  }
}

/** Reads a template's change of status, category or quality; undefined where it has no type of change. */
export function readTemplateChange(from: JsonObject, templateId: string): WebhookValue | undefined {
  const change = object(from['change'])
  const type = text(change?.['type'])
  if (change === undefined || type === undefined) return undefined
  return {
    kind: 'template',
    template: {
      templateId,
      name: text(from['messageTemplateName']),
      language: text(from['messageTemplateLanguage']),
      change: {
        type,
        status: text(change['newStatus']),
        reason: text(change['reason']),
        previous: text(change['previousCategory']) ?? text(change['previousQualityScore']),
        current: text(change['newCategory']) ?? text(change['newQualityScore']),
      },
      timestamp: readDate(from['timestamp']),
      ...readScope(from),
    },
  }
}

function readPayment(from: JsonObject, content: JsonObject): WebhookValue {
  return {
    kind: 'payment',
    payment: {
      sender: text(from['from']),
      from: text(content['from']),
      referenceId: text(content['referenceId']),
      paymentId: text(content['paymentId']),
      status: text(content['paymentStatus']),
      currency: text(content['currency']),
      total: { value: decimal(content['totalAmountValue']), offset: decimal(content['totalAmountOffset']) },
      callbackData: content['callbackData'] ?? undefined,
      transactions: objects(content['transactions']).map((one) => ({
        id: text(one['id']),
        type: text(one['type']),
        status: text(one['status']),
        createdAt: readDate(one['createdTimestamp']),
        updatedAt: readDate(one['updatedTimestamp']),
      })),
      createdAt: readDate(from['createdAt']),
    },
  }
}

function readConsent(from: JsonObject, content: JsonObject, status: string): WebhookValue {
  return {
    kind: 'consent',
    consent: {
      sender: text(content['sender']) ?? text(from['from']),
      from: text(content['from']),
      userId: text(content['userId']),
      status,
      description: text(content['description']),
      createdAt: readDate(from['createdAt']),
    },
  }
}

function readIdentity(from: JsonObject, content: JsonObject): WebhookValue {
  return {
    kind: 'identity',
    identity: {
      sender: text(from['from']),
      userNumber: text(content['userNumber']),
      userId: text(content['userId']),
      parentUserId: text(content['parentUserId']),
      hash: text(content['hash']),
      description: text(content['description']),
      createdAt: readDate(from['createdAt']),
    },
  }
}
