import { readCallbackData, readContact, readError, readPrice, readScope, readStatus } from './read-common.ts'
import { readDate } from './read-date.ts'
import { integer, object, text, type JsonObject } from './read-json.ts'
import { unrecognised, type ClickReport, type DeliveryReport, type WebhookValue } from './webhook-result.ts'

/** Reads a delivery report of omni, of /whatsapp/1 (no channel) or of the Messages API (sender and destination). */
export function readDelivery(from: JsonObject, status: JsonObject): WebhookValue {
  const about = readAbout(from)
  if (about === undefined) return unrecognised('missing_message_id', 'the delivery report has no messageId')
  const report: DeliveryReport = {
    ...about,
    channel: about.channel ?? channelOfDelivery(from),
    status: readStatus(status),
    error: readError(from['error']),
    doneAt: readDate(from['doneAt']),
    price: readPrice(from['price']),
    messageCount: integer(from['messageCount']) ?? integer(from['smsCount']),
  }
  return { kind: 'delivery', report }
}

/** Reads a seen report of omni (`sendAt`), of /whatsapp/1 (`sentAt`) or of the Messages API. */
export function readSeen(from: JsonObject, seenAt: unknown): WebhookValue {
  const about = readAbout(from)
  if (about === undefined) return unrecognised('missing_message_id', 'the seen report has no messageId')
  // Infobip's text and Infobip's own tests disagree about which of from and to is the customer: neither is taken for sure.
  return { kind: 'seen', report: { ...about, seenAt: readDate(seenAt), seenAtText: text(seenAt) ?? '' } }
}

/** Reads a click on a tracked link. */
export function readClick(from: JsonObject): WebhookValue {
  const device = object(from['recipientInfo'])
  const place = object(from['geoLocationInfo']) ?? object(from['geoLocation'])
  const report: ClickReport = {
    ...readScope(from),
    messageId: text(from['messageId']),
    bulkId: text(from['bulkId']),
    channel: text(from['channel']) ?? text(from['integrationType']),
    sender: text(from['sender']) ?? text(from['from']),
    recipient: text(from['recipient']) ?? text(from['to']) ?? text(from['destination']),
    callbackData: readCallbackData(from['callbackData']),
    url: text(from['url']),
    domain: text(from['domain']),
    clickedAt: readDate(from['clickedAt'] ?? from['clickDateTime'] ?? from['sendDateTime']),
    ...(device === undefined
      ? {}
      : { device: { type: text(device['deviceType']), os: text(device['os']), name: text(device['deviceName']) } }),
    ...(place === undefined ? {} : { location: { country: text(place['countryName']), city: text(place['city']) } }),
  }
  return { kind: 'click', report }
}

function readAbout(from: JsonObject): Omit<DeliveryReport, 'status'> | undefined {
  const messageId = text(from['messageId'])
  if (messageId === undefined) return undefined
  return {
    messageId,
    ...readScope(from),
    bulkId: text(from['bulkId']),
    channel: text(from['channel']) ?? text(from['integrationType']),
    sender: text(from['sender']) ?? text(from['from']),
    recipient: text(from['destination']) ?? text(from['to']),
    callbackData: readCallbackData(from['callbackData']),
    contact: readContact(from['contact']),
    sentAt: readDate(from['sentAt'] ?? from['sendAt']),
  }
}

// Of the reports without a channel those of /whatsapp/1 have neither of the fields that SMS and MMS reports have.
function channelOfDelivery(from: JsonObject): string | undefined {
  if (from['mmsCount'] != null) return 'MMS'
  return from['smsCount'] != null || from['mccMnc'] != null ? 'SMS' : 'WHATSAPP'
}
