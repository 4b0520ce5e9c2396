import { eventRegistry, isEventType } from '../events/registry.ts'
import type { ImEvent } from '../events/im-event.ts'
import { isObject, readCloudEvent } from './cloud-event.ts'
import type { ReadableRecord } from './event-record.ts'

/**
 * `unknown`: a type of a later version, to be ignored. `unreadable`: not JSON, or not what its schema says.
 */
export type DecodedEvent =
  | { readonly outcome: 'event'; readonly event: ImEvent }
  | { readonly outcome: 'unknown'; readonly type: string }
  | { readonly outcome: 'unreadable'; readonly reason: string }

/**
 * Reads a record of IMChannel's topics, in CloudEvents binary or structured mode. Fields that this version does not know stay in the
 * data.
 */
export function decodeEvent(record: ReadableRecord): DecodedEvent {
  const reading = readCloudEvent(record)
  if (!reading.ok) return { outcome: 'unreadable', reason: reading.reason }
  const { attributes, data } = reading.event
  const type = attributes['type']
  if (type === undefined) return { outcome: 'unreadable', reason: 'the record has no ce_type' }
  if (!isEventType(type)) return { outcome: 'unknown', type }
  const checked = eventRegistry[type].schema.safeParse(data)
  if (!checked.success) {
    const problems = checked.error.issues.map((issue) => `${issue.path.join('.') || 'data'}: ${issue.message}`)
    return { outcome: 'unreadable', reason: `${type} is not as its schema says: ${problems.join('; ')}` }
  }
  const tenant = isObject(data) && typeof data['tenant'] === 'string' ? data['tenant'] : '-'
  const event = {
    type,
    id: attributes['id'] ?? '',
    tenant,
    key: record.key?.toString() ?? '',
    time: attributes['time'] ?? '',
    ...(attributes['subject'] === undefined ? {} : { subject: attributes['subject'] }),
    data,
  }
  // The schema of this very type has just accepted the data.
  return { outcome: 'event', event: event as ImEvent }
}
