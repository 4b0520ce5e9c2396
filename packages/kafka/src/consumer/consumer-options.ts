import type { DeferralKey, DeferralLimits } from './deferrals.ts'
import type { HandleResult } from './lanes.ts'
import type { IncomingRecord, OutgoingRecord, TopicPartition } from '../records.ts'

/** What a handler gets beside the record. */
export interface HandlerContext {
  /** Fires when the partition went to another member, or the time to stop is over. */
  readonly signal: AbortSignal
  /** 1 for the first call of this delivery. It starts anew with every delivery: what must survive belongs in a store. */
  readonly attempt: number
  /** How urgent the most urgent is of what waits in its lane now, itself included: that lends its rank to those before it. */
  readonly rank: () => number
  /** False once another member may be at work on the record. To be asked before each step that has an effect. */
  readonly isCurrent: () => boolean
}

/** What happens to a consumer, for logs and metrics. */
export type ConsumerEvent =
  | { kind: 'topics'; topics: readonly string[] }
  | { kind: 'assigned'; partitions: readonly TopicPartition[] }
  /** The membership ended (Kafka is away, or topics changed); the consumer joins again by itself. */
  | { kind: 'suspended' }
  | { kind: 'committed'; partitions: number }
  /** Nothing is lost by it: what is not committed is delivered again. */
  | { kind: 'commit-failed'; error: Error }
  /** Offsets between are not in Kafka (any more), or the topic was made anew; what is there is delivered from `to` on. */
  | { kind: 'offset-reset'; topic: string; partition: number; from: number; to: number }
  /** The name has another topic than before: its partition is read from its beginning on. `id`: Kafka's, else our digits for it. */
  | { kind: 'topic-anew'; topic: string; partition: number; id: string }
  /** Finished by another member, or gone: what of it was delivered here and not begun will not be. */
  | { kind: 'left'; topic: string; partition: number; below: number }
  | { kind: 'handler-failed'; record: IncomingRecord; error: unknown }
  /** The consumer has ended for good, and so should the process: time does not mend this. */
  | { kind: 'fatal'; error: Error }

/** What may be held in memory at once; a partition over a limit is not fetched from until half of it is finished. */
export interface ConsumerLimits {
  /** Handlers at once. Default 256. */
  running: number
  /** Delivered and unfinished records: of one partition (default 2,000) … */
  partitionRecords: number
  /** … and of all (default 10,000). */
  records: number
  /** Their bytes: of one partition (default 16 MiB) … */
  partitionBytes: number
  /** … and of all (default 64 MiB). A partition without any always gets one, whatever its size. */
  bytes: number
}

/** Sends records of one topic on to another without a lane, a handler and a span for each: tens of thousands a second. */
export interface Diversion {
  /** The copy that is to be written in the record's place; undefined where it is to be handled. Asked in the partition's order, before `laneOf`. */
  copyOf(record: IncomingRecord): OutgoingRecord | undefined
  /**
   * Writes copies in their order, and behind those of before. Called before a later record of the partition is told to `laneOf`.
   * Resolves with which of them are stored: those records are finished, the others are handled.
   */
  write(copies: readonly OutgoingRecord[]): Promise<readonly boolean[]>
}

/** Leaves records in Kafka whose lane or group has enough in memory, so that those behind them in the partition can pass. */
export interface Deferring extends DeferralLimits {
  /** Offsets that are kept of all partitions together. */
  mostInAll: number
  /** Asked in the partition's order. A record of which several share a lane is behind the earlier ones, as `laneOf` has it. */
  keyOf(record: IncomingRecord): DeferralKey
}

export interface OrderedConsumerOptions {
  groupId: string
  /** Names, and expressions that are searched for in names. What is made later is found within `discoverMs`. */
  topics: readonly (string | RegExp)[]
  /** Topics that no expression is to match. */
  exclude?(topic: string): boolean
  /** Records of one lane are handled one after another as they were delivered, also across partitions and topics. */
  laneOf(record: IncomingRecord): string
  /** How urgent a record is: 0 is the most, and the default. Handlers are told; nothing is begun earlier for it. */
  rankOf?(record: IncomingRecord): number
  /**
   * Partition p of every topic goes to the same member, where topics have equally many partitions. For records of one key that
   * belong together over several topics. All members of a group must agree on it.
   */
  coPartitioned?: boolean
  handle(record: IncomingRecord, context: HandlerContext): Promise<HandleResult>
  divert?: Diversion
  /** Not with `divert`. */
  defer?: Deferring
  /** Decides what follows a throw. Without it the record is tried again for ever, 1 s to 60 s apart. */
  onFailure?(error: unknown, record: IncomingRecord, context: HandlerContext): HandleResult | Promise<HandleResult>
  onEvent?(event: ConsumerEvent): void
  /**
   * A short text to be kept by Kafka with each committed offset; `groupOffsets` reads it. While records are unfinished their
   * offset is committed again each time the text has changed.
   */
  commitMetadata?(): string | undefined
  /**
   * The id of the first topic that was ever met under a name, by who remembers it. Records of a later one have `topicAnew`.
   * Without it they have none.
   */
  firstTopicId?(topic: string, id: string): Promise<string>
  limits?: Partial<ConsumerLimits>
  /** For so long a dead member stalls its group. Default 10 s; brokers allow 6 s and more (`group.min.session.timeout.ms`). */
  sessionMs?: number
  /** Default 1 s. */
  heartbeatMs?: number
  /** How long the group waits for a member that is slow to rejoin. Default 15 s. */
  rebalanceMs?: number
  /** Default 1 s … */
  commitEveryMs?: number
  /** … or so many finished records, whichever comes first. Default 500. */
  commitEvery?: number
  /** New topics and new partitions are taken up within this time. Default 30 s. */
  discoverMs?: number
}

export interface PartitionLag extends TopicPartition {
  /** Records between what is finished and the end of the partition; undefined before the first fetch. */
  lag: number | undefined
  /** Delivered and not finished. */
  unfinished: number
  /** When the oldest of these was written, in ms since 1970. */
  oldestUnfinishedAt: number | undefined
  /** Why it cannot be read at the moment. */
  failure: string | undefined
}

export const DISCOVER_MS = 30_000

const LIMITS: ConsumerLimits = {
  running: 256,
  partitionRecords: 2_000,
  records: 10_000,
  partitionBytes: 16 * 1024 * 1024,
  bytes: 64 * 1024 * 1024,
}

/** The options with everything filled in that was left out. */
export function withDefaults(options: OrderedConsumerOptions) {
  return {
    ...options,
    limits: { ...LIMITS, ...options.limits },
    times: {
      sessionMs: options.sessionMs ?? 10_000,
      heartbeatMs: options.heartbeatMs ?? 1_000,
      rebalanceMs: options.rebalanceMs ?? 15_000,
      metadataMs: options.discoverMs ?? DISCOVER_MS,
    },
    coPartitioned: options.coPartitioned ?? false,
    commitEveryMs: options.commitEveryMs ?? 1_000,
    commitEvery: options.commitEvery ?? 500,
    emit: (event: ConsumerEvent) => options.onEvent?.(event),
  }
}

export type FullOptions = ReturnType<typeof withDefaults>
