import type { KafkaClient } from './client.ts'
import type { IncomingRecord, TopicPartition } from '../records.ts'

/** What was fetched from one partition in one go. Offsets are numbers, see offset-tracker.ts. */
export interface FetchedBatch extends TopicPartition {
  /** The offset that was asked for. */
  askedFor: number
  /** How many records there are to deliver. */
  count: number
  /** The record at a place from 0 on; made only now, as a batch of tiny records has tens of thousands. */
  at(place: number): { offset: number; record: IncomingRecord; bytes: number }
  /** The offset after the last that this batch covers, gaps and markers included. */
  nextOffset: number
  /** Where the partition ends now. */
  endOffset: number
  /** What it takes in memory until it is delivered. */
  bytes: number
  /** Of the topic that it was fetched from, as far as that was looked at. */
  topicId?: string | undefined
}

/** What a group session tells its owner. */
export interface GroupListener {
  /** A new assignment came; nothing of it is read before `resume`. `unbroken`: nobody else can have owned what we keep. */
  assigned(assignment: readonly TopicPartition[], unbroken: boolean): void
  /** The group is about to be assigned anew: a commit of this very moment can still pass. */
  rebalancing(): void
  /** The membership has ended; the session tries to get another. */
  suspended(): void
  /** False if it is not wanted: it will be fetched again, unless there was a `seek`. */
  fetched(batch: FetchedBatch): boolean
  /** There is nothing to be delivered up to `nextOffset`; the session has gone past it by itself. */
  skipped(partition: TopicPartition, nextOffset: number, endOffset: number): void
  /** A partition cannot be read, which says nothing of the others. */
  failed(partition: TopicPartition, error: Error): void
  /** There may be other topics than those that it was started with. */
  topicsMayDiffer(): void
  /** The group's coordinator, or a broker that holds our partitions, has answered. */
  contact(): void
  /** No answer, but the client is at work on it. */
  trying(): void
  /** Not to be mended by trying again; the session has ended. */
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
  commit(offsets: readonly (TopicPartition & { offset: number; metadata?: string | undefined })[]): Promise<void>
  /** What the group has committed; undefined where nothing is. */
  committed(partitions: readonly TopicPartition[]): Promise<Committed[]>
  /** Ids of topics as they are now; undefined where Kafka has none. */
  topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string> | undefined>
  /** Of the record at an offset; undefined where there is none, or it cannot be read. @throws if it cannot be asked for now. */
  timestampAt(partition: TopicPartition, offset: number): Promise<number | undefined>
  /** Leaves the group. */
  stop(): Promise<void>
}

/** `metadata`: what was kept with it. */
export type Committed = TopicPartition & { offset: number | undefined; metadata: string }

/** Times of a membership, in milliseconds. */
export interface GroupTimes {
  sessionMs: number
  heartbeatMs: number
  rebalanceMs: number
  /** How soon new partitions of a topic are taken up. */
  metadataMs: number
}

/** Who the member is, and how its group shares partitions. */
export interface GroupMembership {
  groupId: string
  coPartitioned: boolean
}

export type CreateGroupSession = (
  client: KafkaClient,
  membership: GroupMembership,
  times: GroupTimes,
  listener: GroupListener,
) => GroupSession
