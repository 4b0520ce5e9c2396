import { uniqueName, waitUntil } from '@imchannel/testkit'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { withAdmin } from '../src/kafkajs/admin.ts'
import { partitionOf, topicOffsets } from '../src/index.ts'
import {
  clientThroughProxy,
  keyOf,
  memoryHeld,
  publishAll,
  readAll,
  testClient,
  testProducer,
  testTopic,
  textOf,
} from './harness.ts'

const client = testClient()

test('each record is stored in the partition of its key, and its offset is told', async () => {
  const topic = await testTopic(client, 6)
  const producer = testProducer(client)
  const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`)
  const results = await producer.publish(
    keys.map((key) => ({ topic, key, value: key, headers: { name: 'ü', bytes: Buffer.from([0, 255]) } })),
  )
  const stored = await readAll(client, topic)
  for (const [index, key] of keys.entries()) {
    const record = stored.find((one) => keyOf(one) === key)
    expect(results[index]).toEqual({
      kind: 'stored',
      partition: partitionOf(Buffer.from(key), 6),
      offset: record?.offset,
    })
    expect(record?.partition).toBe(partitionOf(Buffer.from(key), 6))
    expect(record?.headers['name']?.toString()).toBe('ü')
    expect(record?.headers['bytes']).toEqual(Buffer.from([0, 255]))
  }
})

test('headers in a list are stored as they are: repeated, in their order, without value, in any bytes', async () => {
  const topic = await testTopic(client, 1)
  const odd = Buffer.from([0xff, 0, 0xc3])
  const headers = [
    { name: Buffer.from('x-hop'), value: Buffer.from('a') },
    { name: odd, value: odd },
    { name: Buffer.from('none'), value: null },
    { name: Buffer.from('x-hop'), value: Buffer.from('b') },
    { name: Buffer.alloc(0), value: Buffer.alloc(0) },
  ]
  await testProducer(client).publish([{ topic, key: 'k', value: 'x', headers }])
  expect((await readAll(client, topic))[0]?.allHeaders).toEqual(headers)
})

test('a tombstone, an empty value and a record of a megabyte arrive as they were', async () => {
  const topic = await testTopic(client, 1, { 'max.message.bytes': '2000000' })
  const producer = testProducer(client)
  const large = Buffer.alloc(1024 * 1024, 'x')
  await producer.publish([
    { topic, key: 'k', value: null },
    { topic, key: 'k', value: '' },
    { topic, key: null, value: large },
  ])
  const [tombstone, empty, megabyte] = await readAll(client, topic)
  expect(tombstone?.value).toBeNull()
  expect(empty?.value).toEqual(Buffer.alloc(0))
  expect(megabyte?.key).toBeNull()
  expect(megabyte?.value?.equals(large)).toBe(true)
})

test.each(['none', 'gzip', 'zstd'] as const)('what is compressed with %s is read back', async (compression) => {
  const topic = await testTopic(client, 1)
  await publishAll(testProducer(client, { compression }), topic, [['k', 'x'.repeat(5_000)]])
  expect((await readAll(client, topic)).map(textOf)).toEqual(['x'.repeat(5_000)])
})

test('a record that is too large, or of an unknown topic, costs no sibling', async () => {
  const topic = await testTopic(client, 3, { 'max.message.bytes': '10000' })
  const absent = uniqueName('absent')
  const results = await testProducer(client).publish([
    { topic, key: 'a', value: 'before' },
    { topic, key: 'a', value: Buffer.alloc(20_000) },
    { topic: absent, key: 'a', value: 'lost' },
    { topic, key: 'a', value: 'after' },
  ])
  expect(results.map((result) => (result.kind === 'refused' ? result.reason : result.kind))).toEqual([
    'stored',
    'too-large',
    'unknown-topic',
    'stored',
  ])
  expect((await readAll(client, topic)).map(textOf)).toEqual(['before', 'after'])
})

test('a record is as large as the topic allows to the byte', async () => {
  const topic = await testTopic(client, 1, { 'max.message.bytes': '10000' })
  // 61 of the batch's header, 3 and 3 of lengths, 3 of flags and deltas, 1 for no key, 1 for no headers.
  const sizes = [9_928, 9_929]
  const results = await testProducer(client).publish(
    sizes.map((size) => ({ topic, key: null, value: Buffer.alloc(size) })),
  )
  expect(results.map((result) => result.kind)).toEqual(['stored', 'refused'])
  expect(results[1]).toMatchObject({ reason: 'too-large' })
  // The broker draws the line where we do.
  const plain = client.kafkajs.producer()
  await plain.connect()
  await expect(plain.send({ topic, messages: [{ value: Buffer.alloc(9_929) }] })).rejects.toMatchObject({
    type: 'MESSAGE_TOO_LARGE',
  })
  await plain.disconnect()
})

test('a batch of small records is never more than the topic takes', async () => {
  const topic = await testTopic(client, 1, { 'max.message.bytes': '5000' })
  const values = Array.from({ length: 60 }, (_, index) => String(index).padStart(400, '.'))
  await publishAll(
    testProducer(client),
    topic,
    values.map((value) => ['k', value] as const),
  )
  expect((await readAll(client, topic)).map(textOf)).toEqual(values)
})

test('a limit that was lowered meanwhile costs the too-large record alone', async () => {
  const topic = await testTopic(client, 1, { 'max.message.bytes': '1000000' })
  const producer = testProducer(client)
  await publishAll(producer, topic, [['k', 'known']])
  await withAdmin(client, (admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name: 'max.message.bytes', value: '1000' }],
        },
      ],
    }),
  )
  const results = await producer.publish([
    { topic, key: 'k', value: 'a' },
    { topic, key: 'k', value: 'x'.repeat(2_000) },
    { topic, key: 'k', value: 'b' },
  ])
  expect(results.map((result) => (result.kind === 'refused' ? result.reason : result.kind))).toEqual([
    'stored',
    'too-large',
    'stored',
  ])
  expect((await readAll(client, topic)).map(textOf)).toEqual(['known', 'a', 'b'])
})

test('what there is no room for is refused at once, and whole', async () => {
  const { client: slow, proxy } = await clientThroughProxy()
  const topic = await testTopic(client, 1)
  const producer = testProducer(slow, { maxWaitingRecords: 10, lingerMs: 0 })
  await publishAll(producer, topic, [['k', 'first']])
  proxy.freeze()
  const records = (count: number) => Array.from({ length: count }, () => ({ topic, key: 'k', value: 'x' }))
  const sent = producer.publish(records(1), { deadlineMs: 1_000 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  const waiting = producer.publish(records(8), { deadlineMs: 1_000 })
  const refused = await producer.publish(records(3))
  expect(refused.map((result) => result.kind === 'refused' && result.reason)).toEqual([
    'overloaded',
    'overloaded',
    'overloaded',
  ])
  // What was sent may be there, or come; what only waited will not.
  expect(await sent).toMatchObject([{ kind: 'unknown', reason: 'timeout' }])
  expect((await waiting).every((result) => result.kind === 'refused' && result.reason === 'timeout')).toBe(true)
  proxy.heal()
  await waitUntil(async () => (await topicOffsets(client, topic))[0]?.high === 2n)
  await publishAll(producer, topic, [['k', 'last']])
  expect((await readAll(client, topic)).map(textOf)).toEqual(['first', 'x', 'last'])
})

test('close sends what waits', async () => {
  const topic = await testTopic(client, 1)
  const producer = testProducer(client, { lingerMs: 10_000 })
  const published = producer.publish([{ topic, key: 'k', value: 'x' }])
  await producer.close()
  expect(await published).toMatchObject([{ kind: 'stored' }])
  expect(await producer.publish([{ topic, key: 'k', value: 'y' }])).toMatchObject([
    { kind: 'refused', reason: 'closed' },
  ])
})

test('it waits for a Kafka that is not there yet, and says so meanwhile', async () => {
  const { client: cut, proxy } = await clientThroughProxy({ retries: 1 })
  const topic = await testTopic(client, 1)
  proxy.cut()
  const producer = testProducer(cut)
  const connected = producer.connect()
  const published = producer.publish([{ topic, key: 'k', value: 'x' }])
  await waitUntil(() => proxy.connections() > 1)
  expect(producer.isReady()).toBe(false)
  proxy.heal()
  await connected
  expect(producer.isReady()).toBe(true)
  expect(await published).toMatchObject([{ kind: 'stored' }])
})

test('it is not ready while Kafka is frozen, though nothing is sent', async () => {
  const { client: frozen, proxy } = await clientThroughProxy()
  const producer = testProducer(frozen)
  await producer.connect()
  proxy.freeze()
  await waitUntil(() => !producer.isReady())
  proxy.heal()
  await waitUntil(() => producer.isReady())
})

test('records without a key are spread', async () => {
  const topic = await testTopic(client, 4)
  await testProducer(client).publish(Array.from({ length: 200 }, () => ({ topic, key: null, value: 'x' })))
  expect((await topicOffsets(client, topic)).every(({ high }) => high > 10n)).toBe(true)
})

test('a record can name its partition; one that there is not is refused', async () => {
  const topic = await testTopic(client, 2)
  const results = await testProducer(client).publish(
    [0, 1, 2].map((partition) => ({ topic, partition, key: 'same', value: 'x' })),
  )
  expect(results).toMatchObject([
    { kind: 'stored', partition: 0 },
    { kind: 'stored', partition: 1 },
    { kind: 'refused', reason: 'rejected' },
  ])
})

test('what is turned away or runs out of time while Kafka is away does not pile up', async () => {
  const { client: cut, proxy } = await clientThroughProxy({ retries: 1 })
  const topic = await testTopic(client, 1)
  proxy.cut()
  const producer = testProducer(cut, { maxWaitingRecords: 2_000 })
  const value = Buffer.alloc(10_000)
  const before = memoryHeld().arrayBuffers
  for (let round = 0; round < 50; round++) {
    const results = await producer.publish(
      Array.from({ length: 500 }, () => ({ topic, key: 'k', value: Buffer.from(value) })),
      { deadlineMs: 1 },
    )
    expect(results.every((result) => result.kind === 'refused')).toBe(true)
  }
  // 250 MB went through.
  expect(memoryHeld().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024)
})
