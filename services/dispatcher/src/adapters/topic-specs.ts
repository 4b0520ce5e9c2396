import type { TopicSpec } from '@imchannel/kafka'

const DAY_MS = 24 * 3_600_000
const MIB = 1024 * 1024

function spec(
  name: string,
  partitions: number,
  { days, mebibytes = 8, leastMs = 0 }: { days: number; mebibytes?: number; leastMs?: number },
): TopicSpec {
  return {
    name,
    partitions,
    replication: 3,
    config: { 'retention.ms': String(Math.max(days * DAY_MS, leastMs)), 'max.message.bytes': String(mebibytes * MIB) },
  }
}

/** Kept for as long as commands may wait, or for a week. */
export function commandSpec(name: string, partitions: number, maxAgeMs: number): TopicSpec {
  return spec(name, partitions, { days: 7, leastMs: maxAgeMs })
}

export function eventSpec(name: string, partitions: number): TopicSpec {
  return spec(name, partitions, { days: 7 })
}

/** What people did, and who was forgotten: longer than any topic that is not compacted is kept. */
export function auditSpec(name: string, partitions: number): TopicSpec {
  return spec(name, partitions, { days: 400 })
}

export function deadLetterSpec(name: string, partitions: number): TopicSpec {
  return spec(name, partitions, { days: 30 })
}

/** A day longer than commands are kept, and with room for the headers that a copy has beyond its original. */
export function parkedSpec(name: string, partitions: number, maxAgeMs: number): TopicSpec {
  return spec(name, partitions, { days: 8, mebibytes: 9, leastMs: maxAgeMs + DAY_MS })
}

/** Of each key the last record is kept, without an end. */
export function compactedSpec(name: string, partitions: number): TopicSpec {
  return {
    name,
    partitions,
    replication: 3,
    config: { 'cleanup.policy': 'compact', 'max.message.bytes': String(8 * MIB) },
  }
}
