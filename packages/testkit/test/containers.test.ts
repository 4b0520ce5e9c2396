import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { once } from 'node:events'
import { freePorts, isKafkaReady } from '@imchannel/local-stack'
import { Kafka, logLevel } from 'kafkajs'
import { expect, test } from 'vitest'
import { uniqueName } from '../src/unique-name.ts'
import { waitUntil } from '../src/wait-until.ts'

// Every container here is stopped by its own test; the container that would do it for them is one more to pull.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
const { GenericContainer, getContainerRuntimeClient, ImageName } = await import('testcontainers')

/** The image that docker-compose.yml has for a service. */
async function composeImage(service: string): Promise<string> {
  const compose = await readFile(new URL('../../../docker-compose.yml', import.meta.url), 'utf8')
  const image = new RegExp(`^  ${service}:\\n    image: (\\S+)$`, 'm').exec(compose)?.[1]
  if (image === undefined) throw new Error(`docker-compose.yml has no image for ${service}`)
  return image
}

/** Why a container of that image cannot run here; undefined where it can. */
async function obstacle(image: string): Promise<string | undefined> {
  try {
    const client = await getContainerRuntimeClient()
    const name = ImageName.fromString(image)
    if (!(await client.image.exists(name))) await client.image.pull(name)
    return undefined
  } catch (error) {
    return `no Docker, or ${image} cannot be pulled: ${error instanceof Error ? error.message : String(error)}`
  }
}

test('the Kafka of docker-compose.yml keeps a record with its key and headers', async ({ skip }) => {
  const image = await composeImage('kafka')
  const reason = await obstacle(image)
  skip(reason !== undefined, reason)
  const [port = 0] = await freePorts(1)
  await using container = await new GenericContainer(image)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    .start()
  await waitUntil(() => isKafkaReady(port), { timeoutMs: 60_000, what: 'Kafka in its container' })

  const kafka = new Kafka({ brokers: [`127.0.0.1:${container.getMappedPort(9092)}`], logLevel: logLevel.NOTHING })
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
  const reason = await obstacle(image)
  skip(reason !== undefined, reason)
  await using container = await new GenericContainer(image)
    .withExposedPorts(6379)
    .withCommand(['redis-server', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'])
    .start()
  const socket = createConnection(container.getMappedPort(6379), '127.0.0.1')
  socket.write('CONFIG GET maxmemory-policy\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(answer.toString()).toContain('noeviction')
})
