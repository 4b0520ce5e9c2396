import { readDate } from './read-date.ts'
import { number, object, text, type JsonObject } from './read-json.ts'
import { unrecognised, type WebhookValue, type WhatsAppCall } from './webhook-result.ts'

/**
 * Reads an event of the Calls API as a call over WhatsApp; undefined for other events and networks, and for a call of the business
 * that the customer has not accepted. A kind of its own is the event that first tells of the call; others of the same call stay what
 * they are and carry it.
 */
export function readCall(from: JsonObject): WebhookValue | undefined {
  const type = text(from['type'])
  if (type === undefined || !type.startsWith('CALL_')) return undefined
  const call = callIn(from, type)
  if (call === undefined) return undefined
  const tells = call.direction === 'inbound' ? 'CALL_RECEIVED' : 'CALL_ESTABLISHED'
  if (type === tells) return { kind: 'call', call }
  return { ...unrecognised('unknown_kind', `a state of a call, ${type}, that is no event of its own`), call }
}

function callIn(from: JsonObject, type: string): WhatsAppCall | undefined {
  const properties = object(from['properties'])
  // What has ended is told of as a log.
  const call = object(properties?.['call']) ?? object(properties?.['callLog']) ?? {}
  const callId = text(from['callId']) ?? text(call['id']) ?? text(call['callId'])
  const { network, direction, customer, business } = readParties(call, type)
  if (network !== 'WHATSAPP' || callId === undefined || customer === undefined) return undefined
  const opening = direction === 'inbound' ? whenCalled(call) : whenAccepted(call, type)
  if (opening === undefined) return undefined
  const { isSure, at = readDate(from['timestamp']) } = opening
  return { callId, direction, customer, business, isSure, receivedAt: at }
}

/** The endpoint is the customer's whoever calls; without a direction it tells which side is hers. */
function readParties(call: JsonObject, type: string) {
  const endpoint = object(call['endpoint']) ?? {}
  const [from, to, remote] = [text(call['from']), text(call['to']), text(endpoint['phoneNumber'])]
  const likely = type === 'CALL_RECEIVED' || from === remote ? 'INBOUND' : 'OUTBOUND'
  const isInbound = (text(call['direction']) ?? likely) === 'INBOUND'
  const [customer = remote, business] = isInbound ? [from, to] : [to, from]
  const direction = isInbound ? ('inbound' as const) : ('outbound' as const)
  return { network: text(endpoint['type']), direction, customer, business }
}

interface Opening {
  readonly isSure: boolean
  readonly at: string | undefined
}

/** Whether or not anybody answers. */
function whenCalled(call: JsonObject): Opening {
  return { isSure: true, at: readDate(call['startTime']) }
}

/** A call of the business opens once the customer accepts it; where a log leaves out all that tells, nobody knows. */
function whenAccepted(call: JsonObject, type: string): Opening | undefined {
  const at = readDate(call['answerTime'])
  if (at !== undefined || type === 'CALL_ESTABLISHED' || text(call['state']) === 'ESTABLISHED')
    return { isSure: true, at }
  if (type !== 'CALL_FINISHED') return undefined
  const tellsTimes = text(call['startTime']) !== undefined || text(call['endTime']) !== undefined
  return tellsTimes && (number(call['duration']) ?? 0) <= 0 ? undefined : { isSure: false, at: undefined }
}
