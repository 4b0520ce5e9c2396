import { copyHeaders } from '@imchannel/events'
import { PLACE_HEADERS } from './place.ts'
import type { CommandRecord, RecordCopy } from './record.ts'

/**
 * Version of the copies' form. They outlive upgrades: what has another number is left to an instance that knows it. The
 * first release wrote none.
 */
export const PARKED_FORMAT = '1'

export function isParkedFormat(format: string): boolean {
  return format === PARKED_FORMAT
}

/** The number that a copy was written under. */
export function parkedFormat(record: CommandRecord): string {
  return record.headers[PLACE_HEADERS.format]?.toString() ?? PARKED_FORMAT
}

/**
 * The copy that waits. The partition of the same number keeps the source's order, whatever the key is; headers say
 * where the command stood, so that its derived id and its age stay what they were.
 */
export function parkedCopy(record: CommandRecord, topic: string, partitions: number): RecordCopy {
  const headers = copyHeaders(record, {
    [PLACE_HEADERS.format]: PARKED_FORMAT,
    [PLACE_HEADERS.topic]: record.topic,
    [PLACE_HEADERS.topicAnew]: record.topicAnew,
    [PLACE_HEADERS.partition]: String(record.partition),
    [PLACE_HEADERS.offset]: record.offset,
    [PLACE_HEADERS.timestamp]: String(record.timestamp),
  })
  return { topic, partition: record.partition % partitions, key: record.key, value: record.value, headers }
}
