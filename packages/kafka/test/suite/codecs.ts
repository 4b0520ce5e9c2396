import { uniqueName, waitUntil } from '@imchannel/testkit'
import kafkajs from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import type { IncomingRecord, KafkaClient } from '../../src/index.ts'
import {
  memoryHeld,
  publishAll,
  readAll,
  startMember,
  testClient,
  testProducer,
  testTopic,
  textOf,
} from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

export function codecTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()

  function collect(topic: string, limits = {}) {
    const seen: IncomingRecord[] = []
    const member = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        limits,
        handle: async (record) => {
          seen.push(record)
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    return { seen, ...member }
  }

  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('%s, as brokers write it', async (codec) => {
    const topic = await testTopic(client, 1, { 'compression.type': codec })
    const values = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(5_000)}`)
    await publishAll(
      testProducer(client),
      topic,
      values.map((value) => ['k', value] as const),
    )
    const { seen } = collect(topic, { partitionRecords: 7 })
    await waitUntil(() => seen.length === values.length)
    expect(seen.map(textOf)).toEqual(values)
    expect((await readAll(client, topic)).map(textOf)).toEqual(values)
  })

  test('a batch that is small on the wire and large in memory is set aside, record by record, and the partition goes on', async () => {
    const topic = await testTopic(client, 1)
    const before = memoryHeld().rss
    await compressed(
      client,
      topic,
      ['a', 'b'].map((key) => ({ key, value: Buffer.alloc(30 * 1024 * 1024, ' ') })),
    )
    await compressed(client, topic, [{ key: 'c', value: 'after' }])
    const { seen } = collect(topic)
    await waitUntil(() => seen.length === 3)
    expect(
      seen.map(({ offset, value, unreadable }) => [offset, value?.toString(), unreadable]).toSorted(byOffset),
    ).toEqual([
      ['0', undefined, 'its batch is more than 32 MiB without compression'],
      ['1', undefined, 'its batch is more than 32 MiB without compression'],
      ['2', 'after', undefined],
    ])
    expect(memoryHeld().rss - before).toBeLessThan(300 * 1024 * 1024)
  })

  test('a large batch whose records find no room is fetched again, not kept', async () => {
    const topic = await testTopic(client, 1)
    const values = Array.from({ length: 40 }, (_, index) => String(index).padEnd(100_000))
    await compressed(
      client,
      topic,
      values.map((value) => ({ key: 'k', value })),
    )
    const { seen, consumer } = collect(topic, { partitionRecords: 2 })
    await waitUntil(() => seen.length === values.length && consumer.lag()[0]?.lag === 0)
    expect(seen.map(textOf)).toEqual(values)
  })
}

async function compressed(
  client: KafkaClient,
  topic: string,
  messages: { key: string; value: string | Buffer }[],
): Promise<void> {
  const producer = client.kafkajs.producer()
  onTestFinished(() => producer.disconnect())
  await producer.connect()
  await producer.send({ topic, compression: kafkajs.CompressionTypes.GZIP, messages })
}

function byOffset([one]: readonly unknown[], [other]: readonly unknown[]): number {
  return Number(one) - Number(other)
}
