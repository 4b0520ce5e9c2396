import type { Context, Link } from '@opentelemetry/api'

/** A record to be written. Its partition follows from the key as Java's clients have it (murmur2); without a key it is spread. */
export interface OutgoingRecord {
  topic: string
  /** Where it goes whatever its key is: for a copy that has to keep the order of another partition. */
  partition?: number
  key: string | Buffer | null
  /** `null` is a tombstone. */
  value: string | Buffer | null
  /** By name, or a list where they repeat, have no value or are no UTF-8: it is written as it is, in its order. */
  headers?: Readonly<Record<string, string | Buffer>> | readonly RecordHeader[]
  /** The OpenTelemetry context that the record belongs to; the active one if it is left out. */
  context?: Context
  /** Other spans that the send span points to: what brought the record here without being its parent. */
  links?: readonly Link[]
}

/** One of a record's headers, byte for byte. Names repeat in Kafka, are any bytes, and may have no value. */
export interface RecordHeader {
  readonly name: Buffer
  readonly value: Buffer | null
}

/** A record as read. Offsets are decimal strings (int64), timestamps milliseconds since 1970. */
export interface IncomingRecord {
  topic: string
  partition: number
  offset: string
  timestamp: number
  key: Buffer | null
  value: Buffer | null
  /** The last value of each name. */
  headers: Record<string, Buffer | undefined>
  /** All headers, as they were written and in their order; left out of what was not read from Kafka. */
  allHeaders?: readonly RecordHeader[]
  /** Eight digits for its topic, where the name had another one before: the same place was another record's. */
  topicAnew?: string | undefined
  /** Why there is neither key nor value though there may be in Kafka: its batch cannot be read. */
  unreadable?: string
}

/** A partition of a topic. */
export interface TopicPartition {
  topic: string
  partition: number
}

/** What became of one record that was to be written. */
export type PublishResult =
  /** Every in-sync replica has it. The offset is left out where the broker did not tell it. */
  | { kind: 'stored'; partition: number; offset: string | undefined }
  /** It is certainly not in the log, now or later. */
  | {
      kind: 'refused'
      reason: 'too-large' | 'overloaded' | 'timeout' | 'closed' | 'unknown-topic' | 'rejected'
      detail: string
    }
  /** It may be in the log, or come to be: a reply was lost, or the deadline passed while it was on its way. */
  | { kind: 'unknown'; reason: 'timeout' | 'unconfirmed'; detail: string }
