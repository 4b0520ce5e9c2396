import { readBlocklist, readNotification, readTemplateChange } from './read-account-change.ts'
import { readCall } from './read-call.ts'
import { readCallbackData, readScope } from './read-common.ts'
import { readDate } from './read-date.ts'
import { readEcho } from './read-echo.ts'
import { object, text, type JsonObject } from './read-json.ts'
import { readMessage } from './read-message.ts'
import { readClick, readDelivery, readSeen } from './read-reports.ts'
import { readUsage } from './read-usage.ts'
import { unrecognised, type WebhookValue } from './webhook-result.ts'

/**
 * Tells what a result is by its shape alone, in the order that Infobip's own adapter has: status, seen, message; then the kinds that
 * name themselves; what is left is a message if it has an id and a sender.
 */
export function readResult(value: unknown): WebhookValue {
  const from = object(value)
  if (from === undefined) return unrecognised('not_an_object', 'a result is a JSON object')
  const status = object(from['status'])
  if (status !== undefined) return readDelivery(from, status)
  if (text(from['seenAt']) !== undefined) return readSeen(from, from['seenAt'])
  if (from['message'] != null) return readMessage(from)
  return readSelfNamed(from) ?? readRest(from)
}

function readSelfNamed(from: JsonObject): WebhookValue | undefined {
  const event = text(from['event'])
  if (event === 'TYPING_STARTED' || event === 'TYPING_STOPPED') return readTyping(from, event)
  if (event === 'BLOCK' || event === 'UNBLOCK') return readBlocklist(from, event)
  if (text(from['notificationType'])?.toUpperCase() === 'CLICKED') return readClick(from)
  const content = object(from['content'])
  const notification = content === undefined ? undefined : readNotification(from, content)
  if (notification !== undefined) return notification
  const templateId = text(from['messageTemplateId'])
  if (templateId !== undefined) return readTemplateChange(from, templateId)
  return readCall(from) ?? readEcho(from) ?? readUsage(from)
}

function readRest(from: JsonObject): WebhookValue {
  const message = readMessage(from)
  if (message.kind === 'message' || from['event'] === 'MO') return message
  return unrecognised(
    'unknown_kind',
    'no kind of webhook has this shape, and without messageId and sender it is no message',
  )
}

function readTyping(from: JsonObject, event: 'TYPING_STARTED' | 'TYPING_STOPPED'): WebhookValue {
  const sender = text(from['sender']) ?? text(from['from'])
  const messageId = text(from['messageId'])
  if (sender === undefined && messageId === undefined)
    return unrecognised('missing_sender', 'nobody types: the event has neither sender nor messageId')
  return {
    kind: 'typing',
    typing: {
      typing: event === 'TYPING_STARTED',
      event,
      channel: text(from['channel']),
      from: sender,
      to: text(from['destination']) ?? text(from['to']),
      messageId,
      receivedAt: readDate(from['receivedAt']),
      pairedMessageId: text(from['pairedMessageId']),
      callbackData: readCallbackData(from['callbackData']),
      ...readScope(from),
    },
  }
}
