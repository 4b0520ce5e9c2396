import type { FetchedBatch } from './group-session.ts'
import { createOffsetTracker, type OffsetTracker } from './offset-tracker.ts'
import type { TopicPartition } from './records.ts'

/** What is going on in one partition while it is assigned to this member. */
export interface PartitionWork extends TopicPartition {
  readonly abort: AbortController
  /** False once the partition went to another member. */
  owned: boolean
  /** Undefined until the first batch shows where work begins. */
  tracker: OffsetTracker | undefined
  /** The committed offset as the group has it; undefined where there is none, or it is not known yet. */
  committed: number | undefined
  /** Whether it is known what the group has committed, so that a commit from here cannot go backwards. */
  settled: boolean
  /** True after one attempt to go back to the committed offset. */
  soughtCommitted: boolean
  fetchPaused: boolean
  bytes: number
  /** Where the partition ended when it was last fetched. */
  endOffset: number | undefined
  /** What is delivered and not finished, by offset, in that order. */
  readonly open: Map<number, { writtenAt: number; bytes: number }>
}

export function createPartitionWork({ topic, partition }: TopicPartition): PartitionWork {
  return {
    topic,
    partition,
    abort: new AbortController(),
    owned: true,
    tracker: undefined,
    committed: undefined,
    settled: false,
    soughtCommitted: false,
    fetchPaused: true,
    bytes: 0,
    endOffset: undefined,
    open: new Map(),
  }
}

/** What to do with the first batch of a partition, or with one that does not follow on the last. */
export type Entry =
  | { kind: 'go-on' }
  /** Fetched before the assignment, or past what the group has finished: go back, once. */
  | { kind: 'seek'; offset: number }
  /** What was committed is not there any more (retention, or the topic was made anew). */
  | { kind: 'reset'; from: number | undefined; to: number }

export function entryOf(work: PartitionWork, batch: FetchedBatch): Entry {
  if (batch.askedFor < 0) return { kind: 'go-on' }
  if (work.tracker === undefined) {
    if (work.committed === undefined || batch.askedFor === work.committed) return { kind: 'go-on' }
    if (!work.soughtCommitted) return { kind: 'seek', offset: work.committed }
    return { kind: 'reset', from: work.committed, to: batch.askedFor }
  }
  const next = work.tracker.next()
  // The log ends before what was already delivered: offsets are used again, and what was known of them is of other records.
  if (batch.endOffset < next && batch.askedFor < next) return { kind: 'reset', from: next, to: batch.askedFor }
  if (batch.askedFor > next) return { kind: 'reset', from: next, to: batch.askedFor }
  return { kind: 'go-on' }
}

/** Starts to count from the offset that a batch began at. */
export function beginAt(work: PartitionWork, offset: number): OffsetTracker {
  work.tracker = createOffsetTracker(offset)
  return work.tracker
}
