import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { withAdmin } from '../../src/kafkajs/admin.ts'
import { committedOffsets, ensureTopics, topicOffsets } from '../../src/index.ts'
import { publishAll, startMember, testClient, testProducer, testTopic, textOf } from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

export function logTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()

  function collect(groupId: string, topic: string, seen: string[]) {
    return startMember(
      client,
      {
        groupId,
        topics: [topic],
        handle: async (record) => {
          seen.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
  }

  test('a new group begins at the beginning', async () => {
    const topic = await testTopic(client, 1)
    await publishAll(testProducer(client), topic, [['k', 'old']])
    const seen: string[] = []
    collect(uniqueName('group'), topic, seen)
    await waitUntil(() => seen.length === 1)
  })

  test('retention-jump: what retention took is told, and what is left is delivered', async () => {
    const topic = await testTopic(client, 1)
    const groupId = uniqueName('group')
    const producer = testProducer(client)
    await publishAll(producer, topic, [
      ['k', '0'],
      ['k', '1'],
    ])
    const seen: string[] = []
    const first = collect(groupId, topic, seen)
    await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 2n)
    await first.stop()
    await publishAll(
      producer,
      topic,
      Array.from({ length: 8 }, (_, index) => ['k', String(index + 2)] as const),
    )
    await withAdmin(client, async (admin) => {
      // kafkajs does not look for the leader here unless it has asked about the topic before.
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] })
    })
    const second = collect(groupId, topic, seen)
    await waitUntil(() => seen.length === 6)
    expect(seen).toEqual(['0', '1', '6', '7', '8', '9'])
    expect(second.events.find((event) => event.kind === 'offset-reset')).toMatchObject({ from: 2, to: 6 })
  })

  test('transaction markers and aborted records leave no lag behind', async () => {
    const topic = await testTopic(client, 1)
    const groupId = uniqueName('group')
    const seen: string[] = []
    const { consumer } = collect(groupId, topic, seen)
    const plain = client.kafkajs.producer({
      transactionalId: uniqueName('tx'),
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await plain.connect()
    for (const [value, ending] of [
      ['a', 'commit'],
      ['lost', 'abort'],
      ['b', 'commit'],
      ['gone', 'abort'],
      ['away', 'abort'],
    ] as const) {
      const transaction = await plain.transaction()
      await transaction.send({ topic, messages: [{ key: 'k', value }] })
      await transaction[ending]()
    }
    await plain.disconnect()
    await waitUntil(() => seen.length === 2)
    expect(seen).toEqual(['a', 'b'])
    const end = (await topicOffsets(client, topic))[0]?.high
    expect(end).toBe(10n)
    await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === end)
    expect(consumer.lag()).toMatchObject([{ lag: 0 }])
  })

  test('a topic that does not exist yet is waited for', async () => {
    const topic = uniqueName('later')
    const seen: string[] = []
    const { consumer } = collect(uniqueName('group'), topic, seen)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(consumer.isAlive()).toBe(true)
    await ensureTopics(client, [{ name: topic, partitions: 1, replication: 1 }])
    await publishAll(testProducer(client), topic, [['k', 'x']])
    await waitUntil(() => seen.length === 1)
  })
}
