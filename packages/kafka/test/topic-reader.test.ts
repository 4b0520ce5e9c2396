import { expect, test } from 'vitest'
import { createKafkaClient, growTopic, readTopics, type PartitionPlace } from '../src/index.ts'
import { publishAll, testClient, testProducer, testTopic, textOf } from './harness.ts'

const client = testClient()
const sorted = (texts: readonly string[]): string[] => texts.toSorted((one, other) => one.localeCompare(other))

test('records are read from where the caller says, and it goes on where that ended', async () => {
  const topic = await testTopic(client, 3)
  const producer = testProducer(client)
  const values = Array.from({ length: 50 }, (_, index) => String(index))
  await publishAll(
    producer,
    topic,
    values.map((value) => [`key-${value}`, value] as const),
  )
  await readTopics(client, [topic], async (reader) => {
    const bounds = await reader.bounds()
    expect(sorted(bounds.map(({ partition, low }) => `${partition} ${low}`))).toEqual(['0 0', '1 0', '2 0'])
    expect(bounds.reduce((sum, { high }) => sum + high, 0)).toBe(50)
    expect(bounds.every(({ topicId }) => topicId !== undefined)).toBe(true)
    const seen: string[] = []
    const take = (record: Parameters<typeof textOf>[0]): void => void seen.push(textOf(record))
    const next = await reader.fetch(
      bounds.map(({ low, ...place }) => ({ ...place, offset: low })),
      { take },
    )
    expect(sorted(seen)).toEqual(sorted(values))
    expect(sorted(next.map(({ partition, offset }) => `${partition} ${offset}`))).toEqual(
      sorted(bounds.map(({ partition, high }) => `${partition} ${high}`)),
    )
    await publishAll(producer, topic, [['key-1', 'later']])
    seen.length = 0
    await reader.fetch(next, { take })
    expect(seen).toEqual(['later'])
  })
})

test('places are found by time; where nothing is so young, the next one to come is named', async () => {
  const topic = await testTopic(client, 1)
  const producer = testProducer(client)
  await publishAll(producer, topic, [
    ['k', 'one'],
    ['k', 'two'],
  ])
  await readTopics(client, [topic], async (reader) => {
    const [first] = await reader.placesAt(0)
    expect(first).toMatchObject({ topic, partition: 0, offset: 0 })
    expect(first?.timestamp).toBeGreaterThan(Date.now() - 3_600_000)
    expect(await reader.placesAt(Date.now() + 3_600_000)).toEqual([
      { topic, partition: 0, offset: 2, timestamp: undefined },
    ])
  })
})

test('bytes that are not wanted are not taken apart, and are passed over', async () => {
  const topic = await testTopic(client, 1)
  const producer = testProducer(client)
  for (const value of ['plain', 'with 7010 in it', 'plain again']) await publishAll(producer, topic, [['k', value]])
  await readTopics(client, [topic], async (reader) => {
    const seen: string[] = []
    const place: PartitionPlace = { topic, partition: 0, offset: 0 }
    const next = await reader.fetch([place], {
      take: (record) => void seen.push(textOf(record)),
      isWanted: (_topic, bytes) => bytes.includes('7010'),
    })
    expect([seen, next]).toEqual([['with 7010 in it'], [{ ...place, offset: 3 }]])
  })
})

test('a partition that is added is told with the next bounds', async () => {
  const topic = await testTopic(client, 1)
  await readTopics(client, [topic], async (reader) => {
    expect(await reader.bounds()).toHaveLength(1)
    await growTopic(client, topic, 2)
    await expect.poll(async () => (await reader.bounds()).length).toBe(2)
  })
})

test('a place beyond the end is an error', async () => {
  const topic = await testTopic(client, 1)
  const reading = readTopics(client, [topic], (reader) =>
    reader.fetch([{ topic, partition: 0, offset: 5 }], { take: () => undefined }),
  )
  await expect(reading).rejects.toThrow('offset')
})

test('a topic that is not there is an error', async () => {
  const impatient = createKafkaClient({ brokers: [...client.brokers] }, { clientId: 'kafka-test', retries: 0 })
  await expect(readTopics(impatient, ['nowhere'], (reader) => reader.bounds())).rejects.toThrow('does not host')
})
