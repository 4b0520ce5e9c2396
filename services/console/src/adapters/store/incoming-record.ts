import type { IncomingRecord } from '@imchannel/kafka'
import type { RecordRow } from './read-timeline.ts'

/** A row as the record of Kafka that it was, but for bytes of headers and key that are no text. */
export function incomingRecordOf(row: RecordRow): IncomingRecord {
  const headers = JSON.parse(row.headers) as [string, string][] // written by frameOf alone
  return {
    topic: row.topic,
    partition: row.partition,
    offset: String(row.offset),
    timestamp: row.written_at,
    key: row.key === null ? null : Buffer.from(row.key),
    value: row.value === null ? null : Buffer.from(row.value),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, Buffer.from(value)])),
  }
}
