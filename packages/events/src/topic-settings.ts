const DAY_MS = 86_400_000
const MIB = 1024 * 1024
/** At most; a smaller cluster gives as many as it has brokers. */
const REPLICATION = 3

/** A topic as IMChannel makes it where it is missing, and never changes it; `config` has Kafka's own names and texts. */
export interface TopicSettings {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  readonly config: Readonly<Record<string, string>>
}

/** A result of 2,000 in a webhook of 32 MiB is 16 KiB; with inline base64 of 512 KiB an event stays far below. */
export const MAX_RECORD_BYTES = 8 * MIB

/** How long the topics are kept that are not compacted. */
export const KEPT_DAYS = {
  inbound: 7,
  status: 7,
  account: 7,
  attempts: 7,
  unrecognised: 30,
  /** A year and a month, so that a year's costs can be compared with the last one's. */
  cost: 400,
  /** What people did, and who was forgotten: longer than any other. */
  audit: 400,
  /** At least: for as long as commands may wait. */
  commands: 7,
  deadletter: 30,
} as const

export interface KeptTopicOptions {
  readonly days: number
  /** Kept for as long as this in any case. */
  readonly leastMs?: number
  readonly maxRecordBytes?: number
}

export function keptTopic(
  name: string,
  partitions: number,
  { days, leastMs = 0, maxRecordBytes = MAX_RECORD_BYTES }: KeptTopicOptions,
): TopicSettings {
  const retentionMs = Math.max(days * DAY_MS, leastMs)
  return {
    name,
    partitions,
    replication: REPLICATION,
    config: { 'retention.ms': String(retentionMs), 'max.message.bytes': String(maxRecordBytes) },
  }
}

/** Of each key the last record is kept, without an end. */
export function compactedTopic(name: string, partitions: number): TopicSettings {
  return {
    name,
    partitions,
    replication: REPLICATION,
    config: { 'cleanup.policy': 'compact', 'max.message.bytes': String(MAX_RECORD_BYTES) },
  }
}
