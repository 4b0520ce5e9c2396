import type { FetchedBatch } from '../kafkajs/group-session.ts'
import type { TopicMark } from './commit-text.ts'
import type { Deferrals } from './deferrals.ts'
import { createOffsetTracker, type OffsetTracker } from './offset-tracker.ts'
import type { TopicPartition } from '../records.ts'

/** What is going on in one partition while it is this member's. */
export interface PartitionWork extends TopicPartition {
  /** `suspended`: the membership ended, and it is not known yet who gets the partition. `gone`: another member did. */
  ownership: 'owned' | 'suspended' | 'gone'
  readonly abort: AbortController
  /** Undefined until the first batch. */
  tracker: OffsetTracker | undefined
  /** Whether it is known what the group has committed. Before that nothing is fetched, and no commit could be trusted not to go backwards. */
  settled: boolean
  /** Of the topic that is read, as Kafka gave it; undefined before it is known, and where Kafka gives none. */
  topicId: string | undefined
  /** Where Kafka gives none: a record that is finished, by which the topic is known again. */
  mark: TopicMark | undefined
  /** What its places are told apart by, where the name had another topic before. */
  topicAnew: string | undefined
  /** What the group has committed; undefined where there is none. */
  committed: number | undefined
  /** Where the first batch has to begin; undefined where any offset will do. */
  start: number | undefined
  /** A batch began beyond this, where it should have begun: it was asked for once more. */
  askedAgainFrom: number | undefined
  paused: boolean
  /** Why it cannot be read at the moment; it is tried again. */
  failure: string | undefined
  /** Fetched, but not delivered yet for want of room; nothing more is fetched before it is. */
  backlog: { batch: FetchedBatch; place: number } | undefined
  /** What is left in Kafka for now; undefined where nothing is. */
  readonly deferrals: Deferrals | undefined
  /** From where it was asked for again for the sake of what was left; what comes then is no next batch. */
  refetchFrom: number | undefined
  /** Where the next batch has to begin. */
  position: number
  /** Where the partition ended when it was last fetched. */
  endOffset: number | undefined
  /** What is delivered and not finished, by offset, in the order of delivery. */
  readonly open: Map<number, OpenRecord>
  /** What `open` takes of the room for records, and of that for bytes. */
  records: number
  bytes: number
}

/** A record that is delivered and not finished. */
export interface OpenRecord {
  writtenAt: number
  bytes: number
  /** What it takes of the room for records: 1 where it is handled. */
  share: number
}

export function createPartitionWork({ topic, partition }: TopicPartition, deferrals?: Deferrals): PartitionWork {
  return {
    topic,
    partition,
    ownership: 'owned',
    abort: new AbortController(),
    tracker: undefined,
    settled: false,
    topicId: undefined,
    mark: undefined,
    topicAnew: undefined,
    committed: undefined,
    start: undefined,
    askedAgainFrom: undefined,
    paused: true,
    failure: undefined,
    backlog: undefined,
    deferrals,
    refetchFrom: undefined,
    position: 0,
    endOffset: undefined,
    open: new Map(),
    records: 0,
    bytes: 0,
  }
}

/** How a batch fits to what was delivered before. */
export type Fit =
  | { kind: 'fits' }
  /** It begins elsewhere than it should: it was fetched for an earlier assignment or before a seek, or what was asked for is out of range. */
  | { kind: 'ask-again'; from: number }
  /** What was expected is not there: retention has removed it, or the log is another one. */
  | { kind: 'jump'; from: number; to: number; truncated: boolean }

export function fitOf(work: PartitionWork, batch: FetchedBatch): Fit {
  const { tracker, start } = work
  if (tracker === undefined) {
    if (start === undefined || batch.askedFor === start) return { kind: 'fits' }
    if (work.askedAgainFrom !== start) return { kind: 'ask-again', from: start }
    return { kind: 'jump', from: start, to: batch.askedFor, truncated: batch.askedFor < start }
  }
  const next = work.position
  if (batch.askedFor > next) {
    if (work.askedAgainFrom !== next) return { kind: 'ask-again', from: next }
    return { kind: 'jump', from: next, to: batch.askedFor, truncated: false }
  }
  // The log ends before what was delivered from it: its offsets are used anew, for other records.
  if (batch.endOffset < next) return { kind: 'jump', from: next, to: batch.askedFor, truncated: true }
  return { kind: 'fits' }
}

export function trackFrom(work: PartitionWork, offset: number): OffsetTracker {
  work.tracker = createOffsetTracker(offset)
  work.position = offset
  work.backlog = undefined
  work.start = undefined
  return work.tracker
}
