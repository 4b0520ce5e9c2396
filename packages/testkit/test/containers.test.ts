import { createConnection } from 'node:net'
import { once } from 'node:events'
import { Kafka, logLevel } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { composeImage, obstacleTo } from '../src/containers/compose-image.ts'
import { startKafkaContainer } from '../src/containers/start-kafka-container.ts'
import { startRedisContainer } from '../src/containers/start-redis-container.ts'
import { uniqueName } from '../src/unique-name.ts'
import { waitUntil } from '../src/wait-until.ts'

test('the Kafka of docker-compose.yml keeps a record with its key and headers', async ({ skip }) => {
  const image = await composeImage('kafka')
  const reason = await obstacleTo(image)
  skip(reason !== undefined, reason)
  const container = await startKafkaContainer()
  onTestFinished(container.stop)

  const kafka = new Kafka({ brokers: container.brokers, logLevel: logLevel.NOTHING })
  const topic = uniqueName('containers')
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  await producer.send({ topic, messages: [{ key: 'k', value: '{"a":1}', headers: { ce_id: 'x' } }] })
  await producer.disconnect()
  const consumer = kafka.consumer({ groupId: topic })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const received: (string | undefined)[] = []
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers } }) => {
      received.push(key?.toString(), value?.toString(), headers?.['ce_id']?.toString())
    },
  })
  await waitUntil(() => received.length > 0)
  await consumer.disconnect()
  expect(received).toEqual(['k', '{"a":1}', 'x'])
})

test('the Redis of docker-compose.yml answers and evicts nothing', async ({ skip }) => {
  const image = await composeImage('redis')
  const reason = await obstacleTo(image)
  skip(reason !== undefined, reason)
  const container = await startRedisContainer()
  onTestFinished(container.stop)
  const socket = createConnection(Number(new URL(container.url).port), '127.0.0.1')
  socket.write('CONFIG GET maxmemory-policy\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(answer.toString()).toContain('noeviction')
})
