import type { Cluster } from 'kafkajs'
import type { KafkaClient } from '../kafkajs/client.ts'
import { type FetchedMessage, segmentOf } from '../kafkajs/kafkajs-batch.ts'
import {
  byLeader,
  byTopic,
  EARLIEST,
  type FoundPlace,
  LATEST,
  listOffsets,
  partitionsOf,
  READ_UNCOMMITTED,
} from '../kafkajs/list-offsets.ts'
import { inSession } from '../kafkajs/session-context.ts'
import { fetchTopicIds } from '../kafkajs/topic-ids.ts'
import { withCluster } from '../kafkajs/with-cluster.ts'
import { lastHeaders } from '../headers.ts'
import type { IncomingRecord, TopicPartition } from '../records.ts'

/** A partition, and an offset in it. */
export interface PartitionPlace extends TopicPartition {
  readonly offset: number
}

/** What a partition holds at the moment. */
export interface PartitionBounds extends TopicPartition {
  /** Of the topic, which differs where a name has another topic than before; undefined where Kafka knows none. */
  readonly topicId: string | undefined
  /** The first offset still kept. */
  readonly low: number
  /** The offset that the next record will get: all below has been stored, whether or not its transaction has ended. */
  readonly high: number
}

/** Reads partitions from wherever the caller says, in no group: what was read the caller keeps. One question at a time. */
export interface TopicReader {
  /** Of all partitions, those included that have come meanwhile. */
  bounds(): Promise<PartitionBounds[]>
  /** Of each partition the first record of this time (ms) or later. */
  placesAt(timestamp: number): Promise<FoundPlace[]>
  /**
   * Fetches once from each of these places and hands the records over in order within each partition. Returns where to go on.
   *
   * @throws where a partition cannot be read, or its place is no longer there.
   */
  fetch(places: readonly PartitionPlace[], options: FetchOptions): Promise<PartitionPlace[]>
}

export interface FetchOptions {
  readonly take: (record: IncomingRecord) => void
  /** Whether something is wanted of bytes with some records of a topic in them: what is not is not taken apart. */
  readonly isWanted?: (topic: string, bytes: Buffer) => boolean
}

/** Small enough that nothing else waits for long of this process, or of where what was read is put. */
const PARTITION_BYTES = 128 * 1024
const FETCH_BYTES = 256 * 1024

/**
 * Runs `work` with a reader of these topics, on connections of its own that end with it.
 *
 * @throws what `work` throws, and where a topic does not exist or Kafka cannot be reached.
 */
export function readTopics<T>(
  client: KafkaClient,
  topics: readonly string[],
  work: (reader: TopicReader) => Promise<T>,
): Promise<T> {
  // In a session, one partition's failure is its own, and batches come as they are.
  return inSession({}, () =>
    withCluster(client, async (cluster) => {
      await cluster.addMultipleTargetTopics([...topics])
      return work(readerOf(cluster, topics))
    }),
  )
}

function readerOf(cluster: Cluster, topics: readonly string[]): TopicReader {
  const partitions = (): TopicPartition[] => partitionsOf(cluster, topics)

  return {
    bounds: async () => {
      await cluster.refreshMetadata()
      const ids = await fetchTopicIds(cluster, topics)
      const lows = await listOffsets(cluster, partitions(), EARLIEST)
      const highs = await listOffsets(cluster, partitions(), LATEST)
      const lowOf = new Map(lows.map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]))
      return highs.map(({ topic, partition, offset }) => ({
        topic,
        partition,
        topicId: ids?.get(topic),
        low: lowOf.get(`${topic} ${partition}`) ?? 0,
        high: offset,
      }))
    },

    placesAt: async (timestamp) => {
      const found = await listOffsets(cluster, partitions(), timestamp)
      if (found.every(({ offset }) => offset >= 0)) return found
      const ends = await listOffsets(cluster, partitions(), LATEST)
      return found.map((place, index) =>
        place.offset >= 0 ? place : { ...place, timestamp: undefined, offset: ends[index]?.offset ?? 0 },
      )
    },

    fetch: async (places, options) => {
      const answers = await Promise.all(
        [...byLeader(cluster, places)].map(async ([nodeId, ofBroker]) => {
          const broker = await cluster.findBroker({ nodeId })
          return broker.fetch({
            isolationLevel: READ_UNCOMMITTED,
            maxWaitTime: 0,
            minBytes: 0,
            maxBytes: FETCH_BYTES,
            topics: byTopic(ofBroker, ({ partition, offset }) => ({
              partition,
              fetchOffset: String(offset),
              maxBytes: PARTITION_BYTES,
            })),
          }) as Promise<unknown>
        }),
      )
      const next: PartitionPlace[] = []
      for (const answer of answers) {
        const { responses } = answer as FetchResponse // kafkajs declares none
        for (const { topicName: topic, partitions: parts } of responses) {
          for (const { partition, messages } of parts) {
            const from = places.find((one) => one.topic === topic && one.partition === partition)
            if (from !== undefined) next.push(await takeAll(from, messages, options))
          }
        }
      }
      return next
    },
  }
}

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly FetchedMessage[] }[]
  }[]
}

/** @throws why the partition could not be read */
async function takeAll(
  { topic, partition, offset: from }: PartitionPlace,
  messages: readonly FetchedMessage[],
  { take, isWanted }: FetchOptions,
): Promise<PartitionPlace> {
  let offset = from
  for (const message of messages) {
    if ('failure' in message && message.failure !== undefined) throw message.failure
    const wanted = isWanted && ((bytes: Buffer) => isWanted(topic, bytes))
    const isControl = 'isControlRecord' in message && message.isControlRecord
    const { segment } = isControl ? { segment: undefined } : await segmentOf(message, from, wanted)
    for (let place = 0; place < (segment?.count ?? 0); place++) {
      const found = segment?.at(place)
      if (found === undefined) continue
      const { offset: at, headers: allHeaders, ...rest } = found
      take({ topic, partition, offset: String(at), ...rest, headers: lastHeaders(allHeaders), allHeaders })
    }
    offset = Number(message.offset) + 1
  }
  return { topic, partition, offset }
}
