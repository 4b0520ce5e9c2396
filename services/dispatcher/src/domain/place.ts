import { DEAD_LETTER_HEADERS, withoutHeaders } from '@imchannel/events'
import type { CommandRecord } from './record.ts'

/** Where a parked copy says that its command was written first, and how the copy is to be read. */
export const PLACE_HEADERS = {
  format: 'imchannel-parked-format',
  topic: DEAD_LETTER_HEADERS.topic,
  topicAnew: DEAD_LETTER_HEADERS.topicAnew,
  partition: DEAD_LETTER_HEADERS.partition,
  offset: DEAD_LETTER_HEADERS.offset,
  timestamp: 'imchannel-source-timestamp',
} as const

const PLACE_NAMES: ReadonlySet<string> = new Set(Object.values(PLACE_HEADERS))

/** The command topic of a parked copy. */
export function sourceTopicOf({ topic, headers }: CommandRecord): string {
  return headers[PLACE_HEADERS.topic]?.toString() ?? topic
}

/** The record as it stood in its first topic: a parked copy says where that was in its headers. */
export function originalOf(record: CommandRecord): CommandRecord {
  const text = (name: string): string | undefined => record.headers[name]?.toString()
  const topic = text(PLACE_HEADERS.topic)
  const partition = Number(text(PLACE_HEADERS.partition))
  const offset = text(PLACE_HEADERS.offset)
  const timestamp = Number(text(PLACE_HEADERS.timestamp))
  if (topic === undefined || offset === undefined || !Number.isInteger(partition)) return record
  return {
    ...withoutHeaders(record, PLACE_NAMES),
    topic,
    topicAnew: text(PLACE_HEADERS.topicAnew),
    partition,
    offset,
    timestamp: Number.isFinite(timestamp) ? timestamp : record.timestamp,
  }
}
