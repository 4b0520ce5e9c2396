import { createOrderedConsumer } from '@imchannel/kafka'
import type {
  ConsumerEvent,
  Diversion,
  IncomingRecord,
  KafkaClient,
  OrderedConsumer,
  TopicPartition,
} from '@imchannel/kafka'
import { BrokenInvariant } from '@imchannel/lifecycle'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { isParkedOutbound } from './config.ts'
import type { DispatcherSettings } from './config.ts'
import type { Engine } from './engine/create-engine.ts'
import type { Origin } from './engine/work.ts'

/** Thousands of conversations may wait at once; what bounds them is the window, not the number of handlers. */
export const WINDOW = { partitionRecords: 2_000, records: 4_000, running: 4_000 }
/** A parked partition holds one tenant, who may be away for a day: what it has in memory, all of an account's classes, leaves room for the other parked tenants. */
const PARKED_WINDOW = { partitionRecords: 800, records: 4_000, running: 4_000 }
/**
 * Of what is parked, one conversation and one class of an account have so much in memory; the rest is left in Kafka, and those behind it go.
 * An offset that is kept takes some 100 bytes.
 */
const PARKED_DEFERRAL = { lane: 32, group: 250, most: 50_000, mostInAll: 250_000 }
/** What a dead instance stalls its group for. Brokers allow 6 s at least; safety does not depend on it. */
const SESSION_MS = 6_000
const DISCOVERY_MS = 10_000
/** Made by whichever instance parks first; the others are to take their share soon. */
const PARKED_DISCOVERY_MS = 5_000

/** The dispatcher's two groups: one reads what bots write, the other what is parked. */
export type Consumers = Readonly<Record<Origin, OrderedConsumer>>

export interface ConsumersOptions {
  client: KafkaClient
  settings: DispatcherSettings
  log: Logger
  handlers: Engine
  /** What is parked in bulk. */
  diversion: Diversion
  /** Kept by Kafka with each commit. */
  commitMetadata: () => string | undefined
  /** The id of the first topic that was met under a name. */
  firstTopicId: (topic: string, id: string) => Promise<string>
  /** Partitions of one of the groups were assigned. */
  onAssigned: (origin: Origin, partitions: readonly TopicPartition[]) => void
  /** What was read below an offset is finished elsewhere. */
  onLeft: (origin: Origin, place: TopicPartition & { below: number }) => void
}

export function createConsumers({
  client,
  settings: { outbound, groupId, parkedGroupId, topics },
  log,
  handlers,
  diversion,
  commitMetadata,
  firstTopicId,
  onAssigned,
  onLeft,
}: ConsumersOptions): Consumers {
  function listen(origin: Origin): (event: ConsumerEvent) => void {
    return (event) => {
      switch (event.kind) {
        case 'assigned':
          return onAssigned(origin, event.partitions)
        case 'left':
          return onLeft(origin, event)
        case 'fatal':
          throw new BrokenInvariant(`the consumer cannot go on: ${event.error.message}`, { cause: event.error })
        case 'handler-failed':
          log.error({ fn: 'dispatch' }, line`handling of [${raw(placeOf(event.record))}] failed`, event.error)
          return
        case 'offset-reset':
          log.error(
            { fn: 'dispatch' },
            line`records of [${raw(`${event.topic}-${event.partition}`)}] are gone from Kafka: reading goes on at ${event.to}`,
          )
          return
        case 'topic-anew':
          log.warn(
            { fn: 'dispatch' },
            line`topic [${raw(event.topic)}] was made anew: its partition ${event.partition} is read from the beginning`,
          )
          return
        case 'suspended':
        case 'committed':
        case 'commit-failed':
        case 'topics':
          return
      }
    }
  }

  return {
    source: createOrderedConsumer(client, {
      groupId,
      topics: outbound().map(({ topic }) => topic),
      exclude: (name) => topics.isWritten(name),
      ...handlers.source,
      divert: diversion,
      limits: WINDOW,
      sessionMs: SESSION_MS,
      commitMetadata,
      firstTopicId,
      discoverMs: DISCOVERY_MS,
      onEvent: listen('source'),
    }),
    parked: createOrderedConsumer(client, {
      groupId: parkedGroupId,
      topics: [/\.parked\./],
      exclude: (name) => !isParkedOutbound(outbound(), name),
      ...handlers.parked,
      defer: { ...PARKED_DEFERRAL, keyOf: handlers.parked.keyOf },
      limits: PARKED_WINDOW,
      sessionMs: SESSION_MS,
      commitMetadata,
      discoverMs: PARKED_DISCOVERY_MS,
      onEvent: listen('parked'),
    }),
  }
}

function placeOf({ topic, partition, offset }: IncomingRecord): string {
  return `${topic}-${partition}-${offset}`
}
