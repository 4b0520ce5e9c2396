import type { ReadableRecord, RecordHeader } from '@imchannel/events'
import type { Context } from '@opentelemetry/api'
import type { BotLog } from './bot-log.ts'

/** A record as a transport reads it: with the time at which Kafka was given it, in ms since 1970. */
export interface BotRecord extends ReadableRecord {
  readonly timestamp: number
}

/** A record that a bot writes. */
export interface OutgoingBotRecord {
  readonly topic: string
  readonly key: string | Buffer | null
  readonly value: string | Buffer | null
  readonly headers: Record<string, string | Buffer>
  /** All headers of a copy, in their order; who cannot write names that repeat or are no UTF-8 writes `headers` instead. */
  readonly allHeaders?: readonly RecordHeader[]
  /** The span that it belongs to; its `traceparent` is in the headers already. */
  readonly context?: Context
}

/** What a bot wants of its transport. */
export interface Subscription {
  readonly groupId: string
  /** Read by all members of the group, partition p of all by the same member, from the beginning where nothing is committed. */
  readonly topics: readonly [inbound: string, ...others: string[]]
  /** To be there before anything is read; 30 days. */
  readonly deadLetterTopic: string
  /**
   * Called for each record, in the order of its partition, without waiting for the records before it. A record may be committed when
   * its promise and those of all before it have resolved. One that rejects was given up (its `signal` fired) and is not committed.
   */
  readonly handle: (record: BotRecord, given: { readonly signal: AbortSignal }) => Promise<void>
  /** Which partitions of the inbound topic are this member's now. */
  readonly assigned: (partitions: readonly number[]) => void
  /** Reading has ended for good. */
  readonly failed: (error: Error) => void
  readonly log: BotLog
}

/**
 * The port between a bot and a Kafka client: `kafkaTransport` stands behind it by default, and `createTestBot` puts a memory there.
 */
export interface BotTransport {
  /** Joins the group; resolves when it is a member, which may take until Kafka and the topics are there. */
  start(subscription: Subscription): Promise<void>
  /** Resolves when every replica has the records. A record may be stored twice: its id makes that harmless. @throws when it never will be */
  publish(records: readonly OutgoingBotRecord[], signal?: AbortSignal): Promise<void>
  /** Hands over nothing more, gives what is at work `drainMs` to end, then fires the signals; leaves the group. */
  stop(options: { readonly drainMs: number }): Promise<void>
}
