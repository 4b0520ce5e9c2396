import type { CommandRecord } from './record.ts'

/** September 2001: what is below is Kafka's "no timestamp" (-1), nothing (0), or counted in seconds. */
const EARLIEST_MS = 1_000_000_000_000
/** Clocks differ by less; what is beyond is counted in micro- or nanoseconds. */
const MOST_AHEAD_MS = 24 * 3_600_000

/** The record as it is, or as one written `now` where its timestamp is no time at which it can have been written. */
export function withUsableTimestamp<T extends CommandRecord>(record: T, now: number): T {
  const { timestamp } = record
  return timestamp >= EARLIEST_MS && timestamp <= now + MOST_AHEAD_MS ? record : { ...record, timestamp: now }
}
