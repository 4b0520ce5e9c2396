import type { IncomingRecord, TopicPartition } from './records.ts'

/** What was fetched from one partition in one go. Offsets are numbers, see offset-tracker.ts. */
export interface FetchedBatch extends TopicPartition {
  /** The offset that was asked for. */
  askedFor: number
  records: readonly { offset: number; record: IncomingRecord; bytes: number }[]
  /** The offset after the last that this batch covers, gaps and markers included. */
  nextOffset: number
  /** Where the partition ends now. */
  endOffset: number
}

/** What a group session tells its owner. */
export interface GroupListener {
  /** A new assignment came. It is not read from before `resume`. `unbroken`: nobody else can have owned what was kept. */
  assigned(assignment: readonly TopicPartition[], unbroken: boolean): void
  /** The membership is gone, and with it every partition. */
  lost(): void
  /** Returns the offset to go on from: `batch.nextOffset` if all was taken, less if not. */
  fetched(batch: FetchedBatch): number
  /** The broker answered a heartbeat, a join or a fetch. */
  contact(): void
  /** Not to be mended by trying again. */
  fatal(error: Error): void
}

/** One member of a consumer group: the port behind which a Kafka client is. */
export interface GroupSession {
  /** Joins in the background and goes on trying until stopped. */
  start(topics: readonly string[]): void
  pause(partition: TopicPartition): void
  resume(partition: TopicPartition): void
  /** Goes on from another offset than the one that would come next. */
  seek(partition: TopicPartition, offset: number): void
  /** One try, under the membership of this very moment. @throws if it has ended, or Kafka says no. */
  commit(offsets: readonly (TopicPartition & { offset: number })[]): Promise<void>
  /** What the group has committed; undefined where nothing is. */
  committed(partitions: readonly TopicPartition[]): Promise<(TopicPartition & { offset: number | undefined })[]>
  /** Leaves the group. */
  stop(): Promise<void>
}

/** Times of a membership, in milliseconds. */
export interface GroupTimes {
  sessionMs: number
  heartbeatMs: number
  rebalanceMs: number
}

export type CreateGroupSession = (groupId: string, times: GroupTimes, listener: GroupListener) => GroupSession
