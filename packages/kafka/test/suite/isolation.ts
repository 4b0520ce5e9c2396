import { startGuardedKafka, uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test, vi } from 'vitest'
import { committedOffsets, type KafkaClientOptions } from '../../src/index.ts'
import { withAdmin } from '../../src/kafkajs/admin.ts'
import { publishAll, startMember, testClient, testProducer, testTopic, textOf } from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

export function isolationTests({ createConsumer }: KafkaClientAdapter): void {
  test(
    'a topic whose READ is taken back, alone; it is read again when READ is given back',
    { timeout: 120_000 },
    async () => {
      const lines: string[] = []
      const kafka = await startGuardedKafka()
      onTestFinished(() => kafka[Symbol.asyncDispose]())
      const log: KafkaClientOptions['log'] = (_level, text, { topic }) => lines.push(`${String(topic)} ${text}`)
      const client = testClient({ log }, kafka.brokers)
      const [refused, other] = [await testTopic(client, 1), await testTopic(client, 1)]
      const groupId = uniqueName('group')
      const seen: string[] = []
      const start = () =>
        startMember(
          client,
          {
            groupId,
            topics: [refused, other],
            handle: async (record) => {
              seen.push(textOf(record))
              return { kind: 'done' }
            },
          },
          createConsumer,
        )
      const first = start()
      const producer = testProducer(client)
      await publishAll(producer, refused, [['k', 'refused 0']])
      await publishAll(producer, other, [['k', 'other 0']])
      await waitUntil(async () => (await committedOffsets(client, groupId, refused)).get(0) === 1n)
      await kafka.allow(refused, 'describe', 'write')
      const isLeftOut = ({ consumer }: typeof first) =>
        consumer.lag().some(({ topic, failure }) => topic === refused && failure !== undefined)
      await waitUntil(() => isLeftOut(first))
      await publishAll(producer, refused, [['k', 'refused 1']])
      await publishAll(producer, other, [['k', 'other 1']])
      await waitUntil(async () => (await committedOffsets(client, groupId, other)).get(0) === 2n)
      expect(lines.filter((line) => line.startsWith(`${refused} the partition cannot be read`))).toHaveLength(1)
      await first.stop()

      // The same for a member that begins without the permission.
      vi.useFakeTimers({
        toFake: ['setTimeout', 'clearTimeout'],
        shouldAdvanceTime: true,
        shouldClearNativeTimers: true,
      })
      onTestFinished(() => void vi.useRealTimers())
      const second = start()
      await waitUntil(() => isLeftOut(second))
      await publishAll(producer, other, [['k', 'other 2']])
      await waitUntil(async () => (await committedOffsets(client, groupId, other)).get(0) === 3n)
      expect(second.events.filter((event) => event.kind === 'fatal')).toEqual([])
      await kafka.allow(refused, 'read')
      await vi.advanceTimersByTimeAsync(60_000)
      await waitUntil(() => seen.includes('refused 1'))
      expect(seen.sort()).toEqual(['other 0', 'other 1', 'other 2', 'refused 0', 'refused 1'])
    },
  )

  test('a topic that is deleted, alone', async () => {
    const client = testClient()
    const [deleted, other] = [await testTopic(client, 1), await testTopic(client, 1)]
    const groupId = uniqueName('group')
    const seen: string[] = []
    const { consumer, events } = startMember(
      client,
      {
        groupId,
        topics: [deleted, other],
        handle: async (record) => {
          seen.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await publishAll(testProducer(client), deleted, [['k', 'deleted']])
    await waitUntil(() => seen.length === 1)
    await withAdmin(client, (admin) => admin.deleteTopics({ topics: [deleted] }))
    await publishAll(testProducer(client), other, [['k', 'other']])
    await waitUntil(() => consumer.assignment().every(({ topic }) => topic === other), { timeoutMs: 20_000 })
    await waitUntil(() => seen.length === 2)
    expect(events.filter((event) => event.kind === 'fatal')).toEqual([])
  })
}
