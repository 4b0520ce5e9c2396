import { ensureTopics } from '@imchannel/kafka'
import type { KafkaClient, TopicSpec } from '@imchannel/kafka'

const AGO_MS = 30 * 3_600_000

/**
 * A topic in which something stands that is older than a day, as it is wherever this gateway has run for longer than that: only of
 * such a one it can be said that a customer did not write.
 */
export async function writeLongAgo(client: KafkaClient, topic: TopicSpec): Promise<void> {
  await ensureTopics(client, [topic])
  const producer = client.kafkajs.producer()
  await producer.connect()
  const timestamp = String(Date.now() - AGO_MS)
  await producer.send({ topic: topic.name, messages: [{ key: 'long ago', value: '{}', timestamp }] })
  await producer.disconnect()
}
