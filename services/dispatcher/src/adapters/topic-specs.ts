import { compactedTopic, KEPT_DAYS, keptTopic, MAX_RECORD_BYTES } from '@imchannel/events'
import type { TopicSpec } from '@imchannel/kafka'

const DAY_MS = 24 * 3_600_000
/** Of the headers that a copy has beyond its original. */
const HEADER_BYTES = 1024 * 1024

/** Kept for as long as commands may wait, or for a week. */
export function commandSpec(name: string, partitions: number, maxAgeMs: number): TopicSpec {
  return keptTopic(name, partitions, { days: KEPT_DAYS.commands, leastMs: maxAgeMs })
}

export function eventSpec(name: string, partitions: number): TopicSpec {
  return keptTopic(name, partitions, { days: KEPT_DAYS.status })
}

export function auditSpec(name: string, partitions: number): TopicSpec {
  return keptTopic(name, partitions, { days: KEPT_DAYS.audit })
}

export function deadLetterSpec(name: string, partitions: number): TopicSpec {
  return keptTopic(name, partitions, { days: KEPT_DAYS.deadletter })
}

/** A day longer than commands are kept. */
export function parkedSpec(name: string, partitions: number, maxAgeMs: number): TopicSpec {
  return keptTopic(name, partitions, {
    days: KEPT_DAYS.commands + 1,
    leastMs: maxAgeMs + DAY_MS,
    maxRecordBytes: MAX_RECORD_BYTES + HEADER_BYTES,
  })
}

export function compactedSpec(name: string, partitions: number): TopicSpec {
  return compactedTopic(name, partitions)
}
