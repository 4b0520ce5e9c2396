/** A record as it is read from Kafka, as far as the projection needs it. */
export interface KafkaRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /** Ms since 1970. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Record<string, Buffer | undefined>
  /** Eight digits for its topic, where the name had another one before. */
  readonly topicAnew?: string | undefined
  /** Why it has no value though one was written. */
  readonly unreadable?: string
}
