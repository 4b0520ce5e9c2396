import { withAdmin } from './admin.ts'
import type { KafkaClient } from './client.ts'
import type { Committed, GroupSession } from './group-session.ts'
import type { TopicPartition } from '../records.ts'

/** What a group has committed, in the order of what was asked for. */
export async function fetchCommitted(
  client: KafkaClient,
  groupId: string,
  partitions: readonly TopicPartition[],
): Promise<Committed[]> {
  const topics = [...new Set(partitions.map((one) => one.topic))]
  const found = await withAdmin(client, (admin) => admin.fetchOffsets({ groupId, topics }))
  return partitions.map(({ topic, partition }) => {
    const known = found.find((one) => one.topic === topic)?.partitions.find((one) => one.partition === partition)
    const offset = Number(known?.offset ?? -1)
    return { topic, partition, offset: offset < 0 ? undefined : offset, metadata: known?.metadata ?? '' }
  })
}

// kafkajs's declarations leave `metadata` out of what a batch can commit; its encoder of the request has it.
interface PartitionCommit {
  partition: number
  offset: string
  metadata?: string
}

/** As kafkajs's commit has them. */
export function offsetsByTopic(offsets: Parameters<GroupSession['commit']>[0]) {
  const topics = new Map<string, PartitionCommit[]>()
  for (const { topic, partition, offset, metadata } of offsets) {
    const partitions = topics.get(topic) ?? []
    topics.set(topic, partitions)
    partitions.push({ partition, offset: String(offset), ...(metadata === undefined ? {} : { metadata }) })
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }))
}
