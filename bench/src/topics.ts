import { Kafka, logLevel, type Admin } from 'kafkajs'

/** What the runner asks Kafka: topics of a contender, and how much is in them. */
export interface TopicCounter extends AsyncDisposable {
  create(prefix: string): Promise<void>
  count(topic: string): Promise<number>
  produce(topic: string, messages: readonly { key: string; value: string }[]): Promise<void>
}

const names = ['inbound', 'status', 'account', 'unrecognised', 'outbound', 'outbound.deadletter']

export async function openTopics(brokers: readonly string[]): Promise<TopicCounter> {
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin: Admin = kafka.admin()
  const producer = kafka.producer()
  await Promise.all([admin.connect(), producer.connect()])
  return {
    async create(prefix) {
      await admin.createTopics({
        topics: names.map((name) => ({
          topic: `${prefix}.${name}`,
          numPartitions: 12,
          configEntries: [{ name: 'max.message.bytes', value: String(8 * 1024 * 1024) }],
        })),
      })
    },
    async count(topic) {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
    },
    async produce(topic, messages) {
      for (let at = 0; at < messages.length; at += 5_000) {
        await producer.send({ topic, messages: messages.slice(at, at + 5_000), acks: -1 })
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([admin.disconnect(), producer.disconnect()])
    },
  }
}
