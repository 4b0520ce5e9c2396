import { isObject, readCloudEvent, type CloudEvent } from '../codec/cloud-event.ts'
import type { ReadableRecord } from '../codec/event-record.ts'
import { normaliseNumber } from '../identity/normalise-number.ts'
import { sendClasses } from './commands.ts'
import type { SendClass } from './commands.ts'
import { MAX_TOKENS } from './parse-command.ts'
import { sketchCommand } from './sketch-command.ts'

/** Whose message it is, and whom it is for. */
export interface SendRoute {
  readonly tenant: string
  readonly from: string
  readonly to: string
}

/** What is told of a send that is not read whole. */
export interface PeekedSend extends SendRoute {
  /** Where it says one. */
  readonly class?: SendClass | undefined
}

/**
 * Reads of a send no more than whose it is, at a fraction of what `parseCommand` costs: for one that need not be understood now.
 * Undefined where it is none, or where `parseCommand` alone can tell; should that accept it, it finds the same.
 */
export function peekSend(record: ReadableRecord): PeekedSend | undefined {
  const { attributes, data } = peek(record)
  const { tenant, from, to } = data
  if (!isSend(attributes['type'] ?? data['type'])) return undefined
  if (typeof tenant !== 'string' || typeof from !== 'string' || typeof to !== 'string') return undefined
  const sendClass = sendClasses.find((one) => one === data['class'])
  return {
    tenant,
    from: normaliseNumber(from),
    to: normaliseNumber(to),
    ...(sendClass === undefined ? {} : { class: sendClass }),
  }
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
