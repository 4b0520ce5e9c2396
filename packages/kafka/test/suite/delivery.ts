import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { committedOffsets, type IncomingRecord, topicOffsets } from '../../src/index.ts'
import {
  keyOf,
  publishAll,
  startMember,
  testClient,
  testProducer,
  testTopic,
  textOf,
  untilAssigned,
} from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

export function deliveryTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()

  test('order within a lane, hundreds of lanes at once', async () => {
    const topic = await testTopic(client, 3)
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`)
    const seen = new Map<string, string[]>()
    let running = 0
    let most = 0
    startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        handle: async (record) => {
          most = Math.max(most, ++running)
          await new Promise((resolve) => setTimeout(resolve, 5))
          running--
          seen.set(keyOf(record), [...(seen.get(keyOf(record)) ?? []), textOf(record)])
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    const producer = testProducer(client)
    for (let round = 0; round < 5; round++)
      await publishAll(
        producer,
        topic,
        keys.map((key) => [key, String(round)] as const),
      )
    await waitUntil(() => [...seen.values()].flat().length === 1_000)
    for (const key of keys) expect(seen.get(key)).toEqual(['0', '1', '2', '3', '4'])
    expect(most).toBeGreaterThan(50)
  })

  test('hot-key: a lane in backoff keeps its order and holds up no other of its partition', async () => {
    const topic = await testTopic(client, 1)
    const log: string[] = []
    let broken = true
    startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        handle: async (record) => {
          if (keyOf(record) === 'hot' && broken) return { kind: 'retry', afterMs: 20 }
          log.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await publishAll(testProducer(client), topic, [
      ['hot', 'h1'],
      ['hot', 'h2'],
      ['a', 'a1'],
      ['b', 'b1'],
      ['a', 'a2'],
    ])
    await waitUntil(() => log.length === 3)
    expect([...log].sort()).toEqual(['a1', 'a2', 'b1'])
    broken = false
    await waitUntil(() => log.length === 5)
    expect(log.slice(3)).toEqual(['h1', 'h2'])
  })

  test('a handler that throws is asked again, or as onFailure decides', async () => {
    const topic = await testTopic(client, 1)
    const calls: string[] = []
    const { events } = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        handle: async (record, { attempt }) => {
          calls.push(`${textOf(record)} ${attempt}`)
          throw new Error('bug')
        },
        onFailure: (_error, _record, { attempt }) => (attempt < 3 ? { kind: 'retry', afterMs: 1 } : { kind: 'done' }),
      },
      createConsumer,
    )
    await publishAll(testProducer(client), topic, [
      ['k', 'x'],
      ['k', 'y'],
    ])
    await waitUntil(() => calls.length === 6)
    expect(calls).toEqual(['x 1', 'x 2', 'x 3', 'y 1', 'y 2', 'y 3'])
    expect(events.filter((event) => event.kind === 'handler-failed')).toHaveLength(6)
  })

  test('the commit stops at the first unfinished record, and goes on when it is finished', async () => {
    const topic = await testTopic(client, 1)
    const groupId = uniqueName('group')
    const gate = Promise.withResolvers<void>()
    const done: string[] = []
    const { consumer } = startMember(
      client,
      {
        groupId,
        topics: [topic],
        handle: async (record) => {
          if (keyOf(record) === 'stuck') await gate.promise
          done.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await publishAll(testProducer(client), topic, [
      ['a', '0'],
      ['stuck', '1'],
      ['b', '2'],
      ['c', '3'],
    ])
    await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 1n)
    await waitUntil(() => done.length === 3)
    expect(consumer.lag()).toMatchObject([{ lag: 3, unfinished: 1 }])
    expect(consumer.lag()[0]?.oldestUnfinishedAt).toBeGreaterThan(Date.now() - 60_000)
    gate.resolve()
    await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 4n)
    await waitUntil(() => consumer.lag()[0]?.lag === 0)
  })

  test('a full window pauses the partition, holds no more than its limit, and goes on as soon as half is done', async () => {
    const topic = await testTopic(client, 2)
    const open: (() => void)[] = []
    const seen = new Set<string>()
    const { consumer } = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        limits: { partitionRecords: 20, records: 30, running: 1_000 },
        handle: (record) => {
          seen.add(textOf(record))
          return new Promise((resolve) => open.push(() => resolve({ kind: 'done' })))
        },
      },
      createConsumer,
    )
    await publishAll(
      testProducer(client),
      topic,
      Array.from({ length: 500 }, (_, index) => [`k${index}`, String(index)] as const),
    )
    const unfinished = () => consumer.lag().reduce((sum, one) => sum + one.unfinished, 0)
    await waitUntil(() => unfinished() >= 30)
    await waitUntil(() => {
      expect(unfinished()).toBeLessThanOrEqual(31)
      for (const one of consumer.lag()) expect(one.unfinished).toBeLessThanOrEqual(20)
      for (const end of open.splice(0)) end()
      return seen.size === 500
    })
  })

  test('a window is bounded in bytes, too, and one record is always taken', async () => {
    const topic = await testTopic(client, 1, { 'max.message.bytes': '3000000' })
    const open: (() => void)[] = []
    let seen = 0
    const { consumer } = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        limits: { partitionBytes: 100_000 },
        handle: () => {
          seen++
          return new Promise((resolve) => open.push(() => resolve({ kind: 'done' })))
        },
      },
      createConsumer,
    )
    const producer = testProducer(client)
    for (const size of [2_000_000, 2_000_000, 60_000, 60_000, 10]) {
      await publishAll(producer, topic, [[`k${size}`, 'x'.repeat(size)]])
    }
    await waitUntil(() => {
      expect(consumer.lag()[0]?.unfinished ?? 0).toBeLessThanOrEqual(2)
      open.shift()?.()
      return seen === 5
    })
  })

  test('a topic is held by name: nothing of it begins, everything else goes on, and the rest follows in order', async () => {
    const [held, other] = [await testTopic(client, 1), await testTopic(client, 1)]
    const log: string[] = []
    const gate = Promise.withResolvers<void>()
    const { consumer } = startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [held, other],
        handle: async (record) => {
          if (textOf(record) === 'running') await gate.promise
          log.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    const producer = testProducer(client)
    await publishAll(producer, held, [
      ['k', 'running'],
      ['k', 'queued'],
    ])
    await waitUntil(() => consumer.lanes().running === 1)
    const isHeld = consumer.hold(held)
    await publishAll(producer, held, [['j', 'fresh']])
    await publishAll(producer, other, [['k2', 'other']])
    await waitUntil(() => log.includes('other'))
    gate.resolve()
    await isHeld
    expect(log).toEqual(['other', 'running'])
    consumer.release(held)
    await waitUntil(() => log.length === 4)
    expect(log.indexOf('queued')).toBeGreaterThan(log.indexOf('running'))
  })

  test('hold resolves at once when nothing of the topic runs', async () => {
    const topic = await testTopic(client, 1)
    const member = startMember(
      client,
      { groupId: uniqueName('group'), topics: [topic], handle: async () => ({ kind: 'done' }) },
      createConsumer,
    )
    await untilAssigned(member, 1)
    await member.consumer.hold(topic)
  })

  test('tombstones, empty values, headers and a record of a megabyte are delivered as they are', async () => {
    const topic = await testTopic(client, 1, { 'max.message.bytes': '2000000' })
    const seen: IncomingRecord[] = []
    startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        handle: async (record) => {
          seen.push(record)
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    const large = Buffer.alloc(1024 * 1024, 'x')
    await testProducer(client).publish([
      { topic, key: 'k', value: null, headers: { a: Buffer.from([0, 255]) } },
      { topic, key: 'k', value: '' },
      { topic, key: 'k', value: large },
    ])
    await waitUntil(() => seen.length === 3)
    expect(seen[0]).toMatchObject({ topic, partition: 0, offset: '0', value: null, key: Buffer.from('k') })
    expect(seen[0]?.headers['a']).toEqual(Buffer.from([0, 255]))
    expect(Math.abs((seen[0]?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(seen[1]?.value).toEqual(Buffer.alloc(0))
    expect(seen[2]?.value?.equals(large)).toBe(true)
  })

  test('records of one lane in two topics are handled one after another', async () => {
    const topics = [await testTopic(client, 1), await testTopic(client, 1)]
    let running = 0
    let most = 0
    let done = 0
    startMember(
      client,
      {
        groupId: uniqueName('group'),
        topics,
        handle: async () => {
          most = Math.max(most, ++running)
          await new Promise((resolve) => setTimeout(resolve, 2))
          running--
          done++
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    const producer = testProducer(client)
    for (const topic of topics)
      await publishAll(
        producer,
        topic,
        Array.from({ length: 50 }, () => ['same', 'x'] as const),
      )
    await waitUntil(() => done === 100)
    expect(most).toBe(1)
  })

  test('stop lets handlers end, begins nothing more, and commits what is finished', async () => {
    const topic = await testTopic(client, 1)
    const groupId = uniqueName('group')
    const gate = Promise.withResolvers<void>()
    const done: string[] = []
    const begun: string[] = []
    const { consumer, stop } = startMember(
      client,
      {
        groupId,
        topics: [topic],
        handle: async (record) => {
          begun.push(textOf(record))
          await gate.promise
          done.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await publishAll(testProducer(client), topic, [
      ['a', '0'],
      ['b', '1'],
      ['a', '2'],
    ])
    await waitUntil(() => consumer.lanes().running === 2)
    const stopped = stop()
    gate.resolve()
    await stopped
    expect(begun).toEqual(['0', '1'])
    expect(done).toEqual(['0', '1'])
    expect((await committedOffsets(client, groupId, topic)).get(0)).toBe(2n)
    expect((await topicOffsets(client, topic))[0]?.high).toBe(3n)
  })

  test('when the time to stop is over the signals fire, and what was not finished is not committed', async () => {
    const topic = await testTopic(client, 1)
    const groupId = uniqueName('group')
    let aborted = false
    const { consumer, stop } = startMember(
      client,
      {
        groupId,
        topics: [topic],
        handle: async (record, { signal }) => {
          if (keyOf(record) === 'a') return { kind: 'done' }
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          aborted = true
          return { kind: 'retry', afterMs: 0 }
        },
      },
      createConsumer,
    )
    await publishAll(testProducer(client), topic, [
      ['a', '0'],
      ['b', '1'],
    ])
    await waitUntil(() => consumer.lanes().running === 1)
    await stop({ drainMs: 50 })
    expect(aborted).toBe(true)
    expect((await committedOffsets(client, groupId, topic)).get(0)).toBe(1n)
  })
}
