import type { Cluster } from 'kafkajs'
import { type FetchedMessage, segmentOf } from './kafkajs-batch.ts'
import type { TopicPartition } from '../records.ts'

interface FetchResponse {
  readonly responses: readonly { readonly partitions: readonly { readonly messages: readonly FetchedMessage[] }[] }[]
}

/** Kafka gives a whole batch at least. */
const LEAST_BYTES = 1

/**
 * The timestamp of the record at an offset; undefined where there is none (any more), or it cannot be read.
 *
 * @throws where it cannot be asked for at the moment.
 */
export async function fetchTimestamp(
  cluster: Cluster,
  { topic, partition }: TopicPartition,
  offset: number,
): Promise<number | undefined> {
  try {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    if (nodeId === undefined) throw new Error(`no leader of ${topic}-${partition} is known`)
    const broker = await cluster.findBroker({ nodeId })
    const asked = { partition, fetchOffset: String(offset), maxBytes: LEAST_BYTES }
    const answer: unknown = await broker.fetch({ maxWaitTime: 0, topics: [{ topic, partitions: [asked] }] })
    const { responses } = answer as FetchResponse // kafkajs declares none
    return await timestampIn(responses[0]?.partitions[0]?.messages[0], offset)
  } catch (error) {
    if (error instanceof Error && 'retriable' in error && error.retriable === false) return undefined
    // Another broker may lead the partition by now.
    await cluster.refreshMetadata()
    throw error
  }
}

async function timestampIn(message: FetchedMessage | undefined, offset: number): Promise<number | undefined> {
  if (message === undefined || 'failure' in message) return undefined
  const { segment } = await segmentOf(message, offset)
  if (segment.count === 0) return undefined
  const { offset: found, timestamp, unreadable } = segment.at(0)
  return found === offset && unreadable === undefined ? timestamp : undefined
}
