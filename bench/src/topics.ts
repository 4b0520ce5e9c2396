import { createKafkaClient } from '@imchannel/kafka'
import type { Admin, Kafka } from 'kafkajs'

/** What the runner asks Kafka: topics of a contender, and how much is in them. */
export interface TopicCounter extends AsyncDisposable {
  /** A client to make a load with, or to see where it arrives. */
  readonly kafka: Kafka
  create(prefix: string): Promise<void>
  count(topic: string): Promise<number>
  /** The first records of a topic, fields in base64. */
  read(topic: string, count: number): Promise<readonly EncodedFields[]>
  produce(topic: string, messages: readonly { key: string; value: string }[]): Promise<void>
}

export interface EncodedFields {
  readonly key: string
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
}

const names = ['inbound', 'status', 'account', 'unrecognised', 'outbound', 'outbound.deadletter']

export async function openTopics(brokers: readonly string[]): Promise<TopicCounter> {
  // The product's own, for its repairs alone: kafkajs as it is burns the generator's CPU on a timer for each idle connection.
  const { kafkajs: kafka } = createKafkaClient({ brokers: [...brokers] }, { clientId: 'bench' })
  const admin: Admin = kafka.admin()
  // Tried again, as the first send to a new topic is at times, it must not write a command twice: that would be more work than is counted.
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await Promise.all([admin.connect(), producer.connect()])
  return {
    kafka,
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
    async read(topic, count) {
      const read: EncodedFields[] = []
      const consumer = kafka.consumer({ groupId: `${topic}-bench-read` })
      const enough = Promise.withResolvers<void>()
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({
        eachMessage: async ({ message: { key, value, headers = {} } }) => {
          const entries = Object.entries(headers).map(([name, field]) => [name, base64(field)] as const)
          if (read.length < count)
            read.push({ key: base64(key), value: base64(value), headers: Object.fromEntries(entries) })
          if (read.length === count) enough.resolve()
        },
      })
      await enough.promise
      await consumer.disconnect()
      return read
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

type Field = Buffer | string | readonly (Buffer | string)[] | null | undefined

/** Of a header that stands several times, the last. */
function base64(field: Field): string {
  const one = [field].flat().at(-1) ?? ''
  return Buffer.from(one).toString('base64')
}
