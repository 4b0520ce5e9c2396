import type { InboundContent } from './inbound-content.ts'
import { readCallbackData, readContact, readPrice, readScope } from './read-common.ts'
import { readContent, readMmsPart } from './read-content.ts'
import { readDate } from './read-date.ts'
import { boolean, object, objects, text, type JsonObject } from './read-json.ts'
import { unrecognised, type InboundMessage, type WebhookValue } from './webhook-result.ts'

/** What the customer said, whichever shape it came in. */
type Said = Pick<InboundMessage, 'channel' | 'type' | 'parts' | 'said'>

/** Reads a result as a customer's message. What has an id and a sender is one, whatever its type. */
export function readMessage(from: JsonObject): WebhookValue {
  const contact = readContact(from['contact'])
  const messageId = text(from['messageId'])
  if (messageId === undefined) return unrecognised('missing_message_id', 'the message has no messageId')
  const sender = text(from['from']) ?? text(from['sender']) ?? contact?.phoneNumber ?? contact?.userId
  if (sender === undefined)
    return unrecognised('missing_sender', 'the message has no sender: neither from nor sender nor contact')
  const message = object(from['message'])
  return {
    kind: 'message',
    message: {
      messageId,
      from: sender,
      to: text(from['to']) ?? text(from['destination']),
      ...readSaid(from),
      contact,
      ...readScope(from),
      receivedAt: readDate(from['receivedAt']),
      context: readContext(message?.['context']),
      referral: readReferral(message?.['referral']),
      // The legacy shape has it within the message.
      identity: readIdentity(from['identity'] ?? message?.['identity']),
      price: readPrice(from['price']),
      keyword: text(from['keyword']),
      pairedMessageId: text(from['pairedMessageId']) ?? text(message?.['pairedMessageId']),
      callbackData: readCallbackData(from['callbackData']),
    },
  }
}

function readSaid(from: JsonObject): Said {
  const said = readShape(from)
  return { ...said, channel: text(from['integrationType']) ?? text(from['channel']) ?? said.channel }
}

/** `channel` is the one whose shape it is. */
function readShape(from: JsonObject): Said {
  const { message, content } = from
  const single = object(message) ?? object(content)
  if (single !== undefined) return { channel: 'WHATSAPP', ...ofParts([single], single) }
  if (Array.isArray(message) && message.length > 0) return { channel: 'MMS', ...ofParts(objects(message), message) }
  if (Array.isArray(content) && content.length > 0) return { channel: 'UNKNOWN', ...ofParts(objects(content), content) }
  if (typeof message === 'string') return { channel: 'MMS', ...ofParts([{ type: 'TEXT', text: message }], message) }
  if (typeof from['text'] === 'string') {
    const sms = { type: 'TEXT', text: from['text'], cleanText: from['cleanText'], keyword: from['keyword'] }
    return { channel: 'SMS', ...ofParts([sms], sms) }
  }
  const type = text(from['event']) ?? text(from['type'])
  return { channel: 'UNKNOWN', ...ofParts([type === undefined ? {} : { type }], from, { known: false }) }
}

function ofParts(parts: readonly JsonObject[], said: unknown, { known } = { known: true }): Omit<Said, 'channel'> {
  const given = parts.length === 0 ? [{}] : parts
  return {
    type: given.map(typeName).join('+'),
    parts: given.map((part) => (known ? readPart(part) : unknownPart(part))),
    said,
  }
}

function typeName(part: JsonObject): string {
  return text(part['type']) ?? text(part['contentType']) ?? 'UNKNOWN'
}

function unknownPart(part: JsonObject): InboundContent {
  return { type: undefined, infobipType: text(part['type']) }
}

function readPart(from: JsonObject): InboundContent {
  if (text(from['type']) !== undefined) return readContent(from)
  if (text(from['contentType']) !== undefined) return readMmsPart(from)
  return readContent(typeof from['text'] === 'string' ? { ...from, type: 'TEXT' } : from)
}

function readContext(value: unknown): InboundMessage['context'] {
  const from = object(value)
  if (from === undefined) return undefined
  const product = object(from['referredProduct'])
  const context = {
    id: text(from['id']),
    from: text(from['from']),
    groupId: text(from['groupId']),
    referredProduct:
      product === undefined
        ? undefined
        : { catalogId: text(product['catalogId']), productRetailerId: text(product['productRetailerId']) },
  }
  return Object.values(context).some((one) => one !== undefined) ? context : undefined
}

function readReferral(value: unknown): InboundMessage['referral'] {
  const from = object(value)
  if (from === undefined) return undefined
  const media = object(from['referralMedia'])
  return {
    sourceType: text(from['sourceType']),
    sourceId: text(from['sourceId']),
    sourceUrl: text(from['sourceUrl']),
    headline: text(from['headline']),
    body: text(from['body']),
    media: media === undefined ? undefined : { type: text(media['type']), url: text(media['url']) },
    ctwaClickId: text(from['ctwaClickId']),
  }
}

function readIdentity(value: unknown): InboundMessage['identity'] {
  const from = object(value)
  if (from === undefined) return undefined
  return {
    acknowledged: boolean(from['acknowledged']),
    hash: text(from['hash']),
    createdAt: readDate(from['createdAt']),
  }
}
