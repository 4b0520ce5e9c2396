import { withAdmin } from '../kafkajs/admin.ts'
import type { KafkaClient } from '../kafkajs/client.ts'

/**
 * Removes a topic's oldest records for good: in each partition named, everything before its offset. Kafka cannot remove
 * a record from the middle.
 *
 * @throws when the topic is compacted, the user may not DELETE, or Kafka cannot be reached.
 */
export async function deleteRecords(
  client: KafkaClient,
  topic: string,
  before: ReadonlyMap<number, bigint>,
): Promise<void> {
  if (before.size === 0) return
  const partitions = [...before].map(([partition, offset]) => ({ partition, offset: String(offset) }))
  await withAdmin(client, async (admin) => {
    // kafkajs looks for leaders in what it happens to know of the topic: nothing, on a new connection.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions })
  })
}
