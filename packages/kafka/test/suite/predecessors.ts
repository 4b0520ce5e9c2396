import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { withAdmin } from '../../src/kafkajs/admin.ts'
import { committedOffsets, ensureTopics, type IncomingRecord } from '../../src/index.ts'
import {
  keyOf,
  memoryHeld,
  publishAll,
  startMember,
  testClient,
  testProducer,
  testTopic,
  textOf,
  untilAssigned,
} from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

const MILLION = 1_000_000

/** Bugs of confluentinc/parallel-consumer and of knative-extensions/eventing-kafka-broker, which do the same in Java. */
export function predecessorTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()
  const done = { kind: 'done' } as const

  test(
    'parallel-consumer #647, offset-gap: a million finished behind one stuck record cost no memory, stall nothing, and the commit follows',
    { timeout: 300_000 },
    async () => {
      const topic = await testTopic(client, 1)
      const groupId = uniqueName('group')
      const gate = Promise.withResolvers<void>()
      let handled = 0
      const producer = testProducer(client, { maxWaitingRecords: 20_000 })
      await publishAll(producer, topic, [['stuck', 'x']])
      const member = startMember(
        client,
        {
          groupId,
          topics: [topic],
          handle: async (record) => {
            if (keyOf(record) === 'stuck') await gate.promise
            handled++
            return done
          },
        },
        createConsumer,
      )
      await untilAssigned(member, 1)
      const before = memoryHeld().heapUsed
      const records = Array.from({ length: 10_000 }, (_, index) => [`k${index % 1_000}`, ''] as const)
      for (let sent = 0; sent < MILLION; sent += records.length) await publishAll(producer, topic, records)
      await waitUntil(() => handled === MILLION, { timeoutMs: 200_000, what: 'a million handled' })
      expect(member.consumer.lag()).toMatchObject([{ unfinished: 1, lag: MILLION + 1 }])
      expect(memoryHeld().heapUsed - before).toBeLessThan(32 * 1024 * 1024)
      expect((await committedOffsets(client, groupId, topic)).get(0) ?? 0n).toBe(0n)
      gate.resolve()
      await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === BigInt(MILLION + 1))
    },
  )

  test('parallel-consumer #832: records that fail again and again fill no queue beyond the window', async () => {
    const topic = await testTopic(client, 1)
    let calls = 0
    let broken = true
    const seen = new Set<string>()
    const { consumer } = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        limits: { partitionRecords: 50 },
        handle: async (record) => {
          calls++
          if (broken) throw new Error('still broken')
          seen.add(textOf(record))
          return done
        },
        onFailure: () => ({ kind: 'retry', afterMs: 5 }),
      },
      createConsumer,
    )
    await publishAll(
      testProducer(client),
      topic,
      Array.from({ length: 1_000 }, (_, index) => [`k${index}`, String(index)] as const),
    )
    await waitUntil(() => calls > 1_000)
    const { running, ready, backoff } = consumer.lanes()
    expect(running + ready + backoff).toBeLessThanOrEqual(50)
    expect(consumer.lag()[0]?.unfinished).toBeLessThanOrEqual(50)
    broken = false
    await waitUntil(() => seen.size === 1_000)
  })

  test('parallel-consumer #857: after rebalances with work in flight and in backoff consumption goes on', async () => {
    const topic = await testTopic(client, 4)
    const groupId = uniqueName('group')
    const seen = new Set<string>()
    const handle = async (record: IncomingRecord, { attempt }: { attempt: number }) => {
      if (Number(textOf(record)) % 3 === 0 && attempt < 3) return { kind: 'retry', afterMs: 30 } as const
      seen.add(textOf(record))
      return done
    }
    const options = { groupId, topics: [topic], limits: { partitionRecords: 20 }, handle }
    const a = startMember(client, options, createConsumer)
    await untilAssigned(a, 4)
    const producer = testProducer(client)
    let value = 0
    const load = () =>
      publishAll(
        producer,
        topic,
        Array.from({ length: 100 }, () => [`k${value % 40}`, String(value++)] as const),
      )
    for (let round = 0; round < 3; round++) {
      await load()
      const b = startMember(client, options, createConsumer)
      await load()
      await untilAssigned(b, 2)
      await load()
      await b.stop({ drainMs: 0 })
    }
    await load()
    await waitUntil(() => seen.size === value)
    await waitUntil(() => a.consumer.lag().every(({ lag }) => lag === 0))
  })

  test('parallel-consumer #826: closing in the middle loses nothing', async () => {
    const topic = await testTopic(client, 2)
    const groupId = uniqueName('group')
    const seen: string[] = []
    const handle = async (record: IncomingRecord) => {
      await new Promise((resolve) => setTimeout(resolve, 3))
      seen.push(textOf(record))
      return done
    }
    await publishAll(
      testProducer(client),
      topic,
      Array.from({ length: 600 }, (_, index) => [`k${index % 7}`, String(index)] as const),
    )
    for (let round = 1; round <= 3; round++) {
      const member = startMember(client, { groupId, topics: [topic], handle }, createConsumer)
      await waitUntil(() => seen.length >= round * 100)
      await member.stop()
    }
    startMember(client, { groupId, topics: [topic], handle }, createConsumer)
    await waitUntil(() => new Set(seen).size === 600)
    // It drained and committed each time. Beyond the watermark there may be a few of other lanes that come again.
    expect(seen.length).toBeLessThan(600 + 3 * 600 * 0.5)
  })

  test('parallel-consumer #875: a record at an offset that was used before is not taken for the old one', async () => {
    const topic = await testTopic(client, 1)
    const groupId = uniqueName('group')
    const seen: string[] = []
    const member = startMember(
      client,
      {
        groupId,
        topics: [topic],
        discoverMs: 200,
        handle: async (record) => {
          seen.push(textOf(record))
          return done
        },
      },
      createConsumer,
    )
    await publishAll(
      testProducer(client),
      topic,
      Array.from({ length: 20 }, (_, index) => [`k${index}`, `old ${index}`] as const),
    )
    await waitUntil(() => seen.length === 20)
    await withAdmin(client, (admin) => admin.deleteTopics({ topics: [topic] }))
    await waitUntil(
      async () => (await ensureTopics(client, [{ name: topic, partitions: 1, replication: 1 }])).created.length === 1,
    )
    await publishAll(
      testProducer(client),
      topic,
      Array.from({ length: 5 }, (_, index) => [`k${index}`, `new ${index}`] as const),
    )
    await waitUntil(() => seen.filter((value) => value.startsWith('new')).length === 5)
    expect(member.consumer.isAlive()).toBe(true)
  })

  test('eventing-kafka-broker #3746: with attempts in a store of the caller, the retry budget survives rebalances', async () => {
    const topic = await testTopic(client, 2)
    const groupId = uniqueName('group')
    const attempts = new Map<string, number>()
    const budget = 12
    const setAside: string[] = []
    const handle = async (record: IncomingRecord) => {
      const used = (attempts.get(textOf(record)) ?? 0) + 1
      attempts.set(textOf(record), used)
      if (used < budget) return { kind: 'retry', afterMs: 200 } as const
      setAside.push(textOf(record))
      return done
    }
    const options = { groupId, topics: [topic], handle }
    const a = startMember(client, options, createConsumer)
    await untilAssigned(a, 2)
    await publishAll(
      testProducer(client),
      topic,
      Array.from({ length: 10 }, (_, index) => [`k${index}`, String(index)] as const),
    )
    await waitUntil(() => attempts.size === 10)
    const b = startMember(client, options, createConsumer)
    await untilAssigned(b, 1)
    await b.stop({ drainMs: 0 })
    await waitUntil(() => new Set(setAside).size === 10)
    for (const [value, used] of attempts) expect(used, value).toBeLessThanOrEqual(budget + 1)
  })
}
