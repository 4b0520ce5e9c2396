import { encodeEvent, type EventRecord, type ImEvent, type Topics } from '@imchannel/events'
import { toUnrecognisedEvent } from './to-unrecognised-event.ts'

export interface RecordLimits {
  readonly topics: Topics
  /** What the broker takes: `max.message.bytes` of the topics. */
  readonly maxBytes: number
  /** When the webhook arrived. */
  readonly receivedAt: string
}

// A batch of one record: 61 bytes of batch header, some 20 of record, lengths of each header, and a traceparent (80 bytes) to come.
const OVERHEAD = 512

// A tenant has 63 characters, a number 24, a customer 150 by Infobip's own limits.
const MAX_KEY_LENGTH = 1024

/**
 * The records of an event: one, as a rule. Over the broker's limit the original is left out first; what is still too large goes to
 * the unrecognised topic, whole, cut into records of one key and `ce_id`.
 */
export function toRecords(event: ImEvent, limits: RecordLimits): EventRecord[] {
  const whole = encodeEvent(event, limits.topics)
  if (fits(whole, limits.maxBytes)) return [whole]
  if (event.type === 'imchannel.webhook.unrecognised.v1') return cut(whole, limits.maxBytes)
  const slim = encodeEvent(withoutOriginal(event), limits.topics)
  if (fits(slim, limits.maxBytes)) return [slim]
  return cut(encodeEvent(setAside(event, limits), limits.topics), limits.maxBytes)
}

function withoutOriginal(event: ImEvent): ImEvent {
  const { verbatim: _verbatim, ...rest } = event
  // The type and the data still belong together: only an optional member is added.
  return { ...rest, data: { ...event.data, originalOmitted: true } } as ImEvent
}

function setAside(event: ImEvent, { receivedAt, maxBytes }: RecordLimits): ImEvent {
  const { tenant, type, verbatim, data } = event
  const reason = `the ${type} is too large for a record of ${maxBytes} bytes even without its original`
  const aside = toUnrecognisedEvent(
    { code: 'too_large', reason, text: verbatim?.['original'] ?? JSON.stringify(data) },
    { tenant, receivedAt },
  )
  // A key that is itself the trouble would stand in every part.
  return { ...aside, id: event.id, key: event.key.length <= MAX_KEY_LENGTH ? event.key : aside.key }
}

/** Counted only where it is close: a character takes three bytes at most. */
function fits(record: EventRecord, maxBytes: number): boolean {
  let characters = record.key.length + record.value.length
  for (const name in record.headers) characters += name.length + (record.headers[name]?.length ?? 0)
  return 3 * characters + OVERHEAD <= maxBytes || sizeOf(record) <= maxBytes
}

/** Bytes of a record at most, as the broker counts them. */
function sizeOf({ key, value, headers }: EventRecord): number {
  const headerBytes = Object.entries(headers).reduce(
    (sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text),
    0,
  )
  return Buffer.byteLength(key) + Buffer.byteLength(value) + headerBytes + OVERHEAD
}

function cut(record: EventRecord, maxBytes: number): EventRecord[] {
  if (sizeOf(record) <= maxBytes) return [record]
  const value = Buffer.from(record.value)
  const room = Math.max(1, maxBytes - (sizeOf(record) - value.length))
  const count = Math.ceil(value.length / room)
  return Array.from({ length: count }, (_, index) => ({
    ...record,
    value: value.subarray(index * room, (index + 1) * room),
    headers: { ...record.headers, 'imchannel-part': `${index + 1}/${count}` },
  }))
}
