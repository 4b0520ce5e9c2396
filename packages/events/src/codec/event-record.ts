import type { RecordHeaders } from './record-headers.ts'

/** What is produced to Kafka: assignable to `OutgoingRecord` of packages/kafka. */
export interface EventRecord {
  readonly topic: string
  readonly key: string
  /** Text, or a piece of one in its bytes. */
  readonly value: string | Buffer
  readonly headers: Record<string, string>
}

/** What was consumed from Kafka, as far as decoding needs it: `IncomingRecord` of packages/kafka is assignable to it. */
export interface ReadableRecord extends RecordHeaders {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: Buffer | null
  readonly value: string | Buffer | null
  /** The first digits of its topic's id in Kafka, where the name had another topic before. */
  readonly topicAnew?: string | undefined
  /** Why it has no value though one was written. */
  readonly unreadable?: string
}

/** A record's value in its bytes. */
export function valueBytes({ value }: Pick<ReadableRecord, 'value'>): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : (value ?? Buffer.alloc(0))
}
