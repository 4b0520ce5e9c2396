import { readDate } from './read-date.ts'
import { object, text, type JsonObject } from './read-json.ts'
import type { WebhookValue } from './webhook-result.ts'

/** Reads an event of the Calls API as a customer's call over WhatsApp; undefined for other events, directions and networks. */
export function readCall(from: JsonObject): WebhookValue | undefined {
  if (text(from['type']) !== 'CALL_RECEIVED') return undefined
  const call = object(object(from['properties'])?.['call']) ?? {}
  const endpoint = object(call['endpoint']) ?? {}
  const caller = text(call['from']) ?? text(endpoint['phoneNumber'])
  const callId = text(from['callId']) ?? text(call['id'])
  if (text(endpoint['type']) !== 'WHATSAPP' || caller === undefined || callId === undefined) return undefined
  if ((text(call['direction']) ?? 'INBOUND') !== 'INBOUND') return undefined
  return {
    kind: 'call',
    call: { callId, from: caller, to: text(call['to']), receivedAt: readDate(from['timestamp']) },
  }
}
