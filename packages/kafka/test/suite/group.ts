import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { committedOffsets, ensureTopics, growTopic, type HandlerContext, type IncomingRecord } from '../../src/index.ts'
import {
  keyOf,
  type Member,
  publishAll,
  SESSION_MS,
  startMember,
  testClient,
  testProducer,
  testTopic,
  textOf,
  untilAssigned,
} from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

export function groupTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()

  test('growing-topic: partitions that a topic gets later are taken up, from their first record', async () => {
    const topic = await testTopic(client, 1)
    const read: string[] = []
    const member = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        discoverMs: 300,
        handle: async (record) => {
          read.push(`${record.partition} ${textOf(record)}`)
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await untilAssigned(member, 1)
    await growTopic(client, topic, 3)
    await growTopic(client, topic, 2)
    const results = await testProducer(client).publish([{ topic, partition: 2, key: null, value: 'late' }])
    expect(results).toMatchObject([{ kind: 'stored' }])
    await untilAssigned(member, 3)
    await waitUntil(() => read.length > 0)
    expect(read).toEqual(['2 late'])
  })

  test('rebalance-mid-flight: what stays is neither delivered again nor aborted, what goes is aborted and not committed', async () => {
    const topic = await testTopic(client, 4)
    const groupId = uniqueName('group')
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`)
    const gate = Promise.withResolvers<void>()
    const first: { record: IncomingRecord; aborted: () => boolean; current: () => boolean }[] = []
    const a = startMember(
      client,
      {
        groupId,
        topics: [topic],
        handle: async (record, { signal, isCurrent }) => {
          first.push({ record, aborted: () => signal.aborted, current: isCurrent })
          await gate.promise
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await untilAssigned(a, 4)
    await publishAll(
      testProducer(client),
      topic,
      keys.map((key) => [key, key] as const),
    )
    await waitUntil(() => first.length === 40)

    const second: IncomingRecord[] = []
    const b = startMember(
      client,
      {
        groupId,
        topics: [topic],
        handle: async (record) => {
          second.push(record)
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await untilAssigned(b, 2)
    await untilAssigned(a, 2)
    const kept = new Set(a.consumer.assignment().map(({ partition }) => partition))
    const moved = first.filter(({ record }) => !kept.has(record.partition))
    // The new owner is given everything that the old one had not finished, and nothing else.
    await waitUntil(() => second.length === moved.length)
    expect(second.map(textOf).sort()).toEqual(moved.map(({ record }) => textOf(record)).sort())
    const committed = await waitUntil(async () => {
      const found = await committedOffsets(client, groupId, topic)
      return b.consumer.assignment().every(({ partition }) => found.has(partition)) && found
    })
    for (const { aborted, current } of moved) expect([aborted(), current()]).toEqual([true, false])
    for (const one of first) {
      if (!kept.has(one.record.partition)) continue
      expect([one.aborted(), one.current()]).toEqual([false, true])
    }

    // late-commit: the old owner finishes after all, and must not touch the new owner's offsets.
    gate.resolve()
    await waitUntil(() => a.consumer.lag().every(({ lag }) => lag === 0))
    const movedTo = b.consumer.assignment().map(({ partition }) => partition)
    await a.stop()
    const after = await committedOffsets(client, groupId, topic)
    for (const partition of movedTo) expect(after.get(partition)).toBe(committed.get(partition))
    expect(first).toHaveLength(40)
  })

  test('what was paused when the group was assigned anew is read again (kafka: pause survives a rebalance)', async () => {
    const topic = await testTopic(client, 2)
    const groupId = uniqueName('group')
    const open: (() => void)[] = []
    const seen = new Set<string>()
    const handle = (record: IncomingRecord) => {
      seen.add(textOf(record))
      return new Promise<{ kind: 'done' }>((resolve) => open.push(() => resolve({ kind: 'done' })))
    }
    const options = { groupId, topics: [topic], limits: { partitionRecords: 5 }, handle }
    const a = startMember(client, options, createConsumer)
    await untilAssigned(a, 2)
    await publishAll(
      testProducer(client),
      topic,
      Array.from({ length: 100 }, (_, index) => [`k${index}`, String(index)] as const),
    )
    await waitUntil(() => a.consumer.lag().every(({ unfinished }) => unfinished === 5))
    const b = startMember(client, options, createConsumer)
    await untilAssigned(b, 1)
    await b.stop({ drainMs: 0 })
    await untilAssigned(a, 2)
    await waitUntil(() => {
      for (const end of open.splice(0)) end()
      return seen.size === 100
    })
  })

  test('a topic that is made later and matches is consumed, one that is excluded is not', async () => {
    const base = uniqueName('later')
    const seen: string[] = []
    const a = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [new RegExp(`^${base}\\.`)],
        exclude: (topic) => topic.endsWith('.deadletter'),
        discoverMs: 300,
        handle: async (record) => {
          seen.push(`${record.topic} ${textOf(record)}`)
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    const producer = testProducer(client)
    for (const name of ['one', 'two', 'two.deadletter']) {
      await ensureTopics(client, [{ name: `${base}.${name}`, partitions: 1, replication: 1 }])
      await publishAll(producer, `${base}.${name}`, [['k', 'x']])
      if (!name.endsWith('deadletter')) await waitUntil(() => seen.includes(`${base}.${name} x`))
    }
    expect(
      a.consumer
        .assignment()
        .map(({ topic }) => topic)
        .sort(),
    ).toEqual([`${base}.one`, `${base}.two`])
    expect(seen).toHaveLength(2)
  })

  test('members that know of different topics leave none unread', async () => {
    const [old, fresh] = [await testTopic(client, 2), await testTopic(client, 2)]
    const groupId = uniqueName('group')
    const seen = new Set<string>()
    const handle = async (record: IncomingRecord) => {
      seen.add(record.topic + textOf(record))
      return { kind: 'done' } as const
    }
    const members = [
      startMember(client, { groupId, topics: [old], handle }, createConsumer),
      startMember(client, { groupId, topics: [old, fresh], handle }, createConsumer),
    ]
    await waitUntil(() => members.flatMap(({ consumer }) => consumer.assignment()).length === 4)
    const producer = testProducer(client)
    for (const topic of [old, fresh])
      await publishAll(
        producer,
        topic,
        Array.from({ length: 20 }, (_, index) => [`k${index}`, String(index)] as const),
      )
    await waitUntil(() => seen.size === 40)
  })

  test('topics are added and left while it runs', async () => {
    const [first, second] = [await testTopic(client, 1), await testTopic(client, 1)]
    const seen: string[] = []
    const { consumer } = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [first],
        handle: async (record) => {
          seen.push(record.topic)
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    const producer = testProducer(client)
    consumer.subscribe([second])
    await publishAll(producer, second, [['k', 'x']])
    await waitUntil(() => seen.includes(second))
    consumer.unsubscribe([first])
    await waitUntil(
      () =>
        consumer
          .assignment()
          .map(({ topic }) => topic)
          .join() === second,
    )
  })

  test('rebalance-storm: members come and go under load, nothing is skipped, lanes keep their order, and it never stalls', async () => {
    const topic = await testTopic(client, 6)
    const groupId = uniqueName('group')
    const keys = Array.from({ length: 60 }, (_, index) => `k${index}`)
    const seen = new Map<string, number[]>(keys.map((key) => [key, []]))
    const handle = async (record: IncomingRecord, { isCurrent }: HandlerContext) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
      if (!isCurrent()) return { kind: 'retry', afterMs: 0 } as const
      seen.get(keyOf(record))?.push(Number(textOf(record)))
      return { kind: 'done' } as const
    }
    const members: Member[] = []
    const join = () => members.push(startMember(client, { groupId, topics: [topic], handle }, createConsumer))
    join()
    const producer = testProducer(client)
    const rounds = 100
    const load = (async () => {
      for (let round = 0; round < rounds; round++) {
        await publishAll(
          producer,
          topic,
          keys.map((key) => [key, String(round)] as const),
        )
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
    })()
    for (let step = 0; step < 8; step++) {
      const before = members.length
      join()
      await waitUntil(() => (members[before]?.consumer.assignment().length ?? 0) > 0)
      await members[before - (step % 2)]?.stop({ drainMs: 200 })
      if (step % 2 === 1) members.splice(before - 1, 1)
      else members.splice(before, 1)
    }
    await load
    const progress = () => [...seen.values()].filter((values) => new Set(values).size === rounds).length
    await waitUntil(() => progress() === keys.length, { what: 'every record handled' })
    for (const [key, values] of seen) {
      // At least once: a repeat may come, but the first time of each is in order.
      const firsts = values.filter((value, index) => values.indexOf(value) === index)
      expect(firsts, key).toEqual(Array.from({ length: rounds }, (_, round) => round))
    }
  })

  test('who leaves is not waited for, also in the middle of joining', async () => {
    const topic = await testTopic(client, 2)
    const groupId = uniqueName('group')
    const options = {
      groupId,
      topics: [topic],
      sessionMs: 20 * SESSION_MS,
      handle: async () => ({ kind: 'done' }) as const,
    }
    const a = startMember(client, options, createConsumer)
    await untilAssigned(a, 2)
    const b = startMember(client, options, createConsumer)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await b.stop()
    const c = startMember(client, options, createConsumer)
    await untilAssigned(c, 1)
    await c.stop()
    await untilAssigned(a, 2)
  })
}
