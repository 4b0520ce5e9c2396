import type { RecordHeader } from '@imchannel/events'

/** A command's record as it was read; `IncomingRecord` of packages/kafka is one. */
export interface CommandRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /** Ms since 1970. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Record<string, Buffer | undefined>
  readonly allHeaders?: readonly RecordHeader[]
  /** The first digits of its topic's id in Kafka, where the name had another topic before. */
  readonly topicAnew?: string | undefined
  /** Why it came without its value. */
  readonly unreadable?: string
}

/** A copy of one that is to be written; packages/kafka takes it as an `OutgoingRecord`. */
export interface RecordCopy {
  topic: string
  partition?: number
  key: Buffer | null
  value: Buffer | null
  headers: readonly RecordHeader[]
}
