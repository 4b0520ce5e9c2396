import type { Cluster } from 'kafkajs'
import type { TopicPartition } from '../records.ts'

/** The first record of a partition that is not older than a time. */
export interface FoundPlace extends TopicPartition {
  readonly offset: number
  /** Of that record, ms; undefined where there is none, and the offset is that of the next one to come. */
  readonly timestamp: number | undefined
}

/** Kafka's own names for the ends of a partition. */
export const LATEST = -1
export const EARLIEST = -2
/** What is stored counts, whatever becomes of somebody's transaction. */
export const READ_UNCOMMITTED = 0

interface OffsetsBroker {
  listOffsets(request: object): Promise<{
    responses: { topic: string; partitions: { partition: number; offset: string; timestamp: string }[] }[]
  }>
}

/** All partitions of topics that the cluster was told of (`addMultipleTargetTopics`). */
export function partitionsOf(cluster: Cluster, topics: readonly string[]): TopicPartition[] {
  return topics.flatMap((topic) =>
    cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ topic, partition: partitionId })),
  )
}

/** By one question to each leader, in the order of the partitions; -1 where none of them has a record of that time. */
export async function listOffsets(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<FoundPlace[]> {
  const found = new Map<string, FoundPlace>()
  await Promise.all(
    [...byLeader(cluster, partitions)].map(async ([nodeId, ofBroker]) => {
      // kafkajs does not declare it. Its own method asks where the last transaction that has ended does.
      const broker = (await cluster.findBroker({ nodeId })) as unknown as OffsetsBroker
      const topics = byTopic(ofBroker, ({ partition }) => ({ partition, timestamp }))
      const { responses } = await broker.listOffsets({ isolationLevel: READ_UNCOMMITTED, topics })
      for (const { topic, partitions: parts } of responses) {
        for (const { partition, offset, timestamp: at } of parts)
          found.set(`${topic} ${partition}`, { topic, partition, offset: Number(offset), timestamp: Number(at) })
      }
    }),
  )
  return partitions.map(({ topic, partition }) => {
    const place = found.get(`${topic} ${partition}`)
    if (place === undefined) throw new Error(`no leader of ${topic}-${partition} answered`)
    return place
  })
}

export function byLeader<T extends TopicPartition>(cluster: Cluster, places: readonly T[]): Map<string, T[]> {
  return Map.groupBy(places, ({ topic, partition }) => {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    if (nodeId === undefined) throw new Error(`no leader of ${topic}-${partition} is known`)
    return nodeId
  })
}

/** As requests of Kafka have them. */
export function byTopic<T extends TopicPartition, P>(places: readonly T[], form: (place: T) => P) {
  return [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(form),
  }))
}
