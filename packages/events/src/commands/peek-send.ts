import { isObject, readCloudEvent, type CloudEvent } from '../codec/cloud-event.ts'
import type { ReadableRecord } from '../codec/event-record.ts'
import { normaliseNumber } from '../identity/normalise-number.ts'
import { MAX_TOKENS } from './parse-command.ts'
import { sketchCommand } from './sketch-command.ts'

/** Whose message it is, and whom it is for. */
export interface SendRoute {
  readonly tenant: string
  readonly from: string
  readonly to: string
}

/**
 * Reads of a send no more than whose it is, at a fraction of what `parseCommand` costs: for one that need not be understood now.
 * Undefined where it is none, or where `parseCommand` alone can tell; should that accept it, it finds the same three.
 */
export function peekSend(record: ReadableRecord): SendRoute | undefined {
  const { attributes, data } = peek(record)
  const { tenant, from, to } = data
  if (!isSend(attributes['type'] ?? data['type'])) return undefined
  if (typeof tenant !== 'string' || typeof from !== 'string' || typeof to !== 'string') return undefined
  return { tenant, from: normaliseNumber(from), to: normaliseNumber(to) }
}

function peek(record: ReadableRecord): Pick<CloudEvent, 'attributes'> & { data: Record<string, unknown> } {
  if (record.value !== null && record.value.length > MAX_TOKENS) return sketchCommand(record)
  const reading = readCloudEvent(record)
  return reading.ok && isObject(reading.event.data)
    ? { attributes: reading.event.attributes, data: reading.event.data }
    : { attributes: {}, data: {} }
}

/** As `parseCommand` reads it, but for odd ones, which are left to it. */
function isSend(type: unknown): boolean {
  return type === undefined || type === 'imchannel.message.send.v1' || type === 'imchannel.message.send'
}
