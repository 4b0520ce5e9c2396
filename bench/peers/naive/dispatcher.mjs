// What a team writes in an afternoon: kafkajs eachMessage, one got call after the other in each partition.
import got from 'got'
import { Kafka } from 'kafkajs'

const prefix = process.env.PREFIX ?? 'imchannel'
const provider = process.env.PROVIDER ?? 'http://127.0.0.1:3010'
const kafka = new Kafka({
  clientId: 'naive-dispatcher',
  brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
})
const producer = kafka.producer()
const consumer = kafka.consumer({ groupId: `${prefix}-naive-peer` })
await producer.connect()
await consumer.connect()
await consumer.subscribe({ topics: [`${prefix}.outbound`], fromBeginning: true })
await consumer.run({
  partitionsConsumedConcurrently: 12,
  eachMessage: async ({ message }) => {
    const command = JSON.parse(message.value.toString())
    const answer = await got
      .post(`${provider}/omni/1/advanced`, {
        headers: { authorization: 'App demo-api-key' },
        json: {
          scenarioKey: 'AAAAAAAAAAAAABC63903B684B3E46C5DD869',
          destinations: [{ messageId: command.id, to: { phoneNumber: command.to } }],
          whatsApp: { text: command.content.text },
        },
      })
      .json()
    const value = JSON.stringify({ commandId: command.id, tenant: command.tenant, original: answer })
    await producer.send({ topic: `${prefix}.status`, messages: [{ key: message.key, value }], acks: -1 })
  },
})
