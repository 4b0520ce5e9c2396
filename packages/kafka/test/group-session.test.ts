import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { FetchedBatch, GroupListener, GroupSession } from '../src/kafkajs/group-session.ts'
import { createOrderedConsumer } from '../src/consumer/ordered-consumer.ts'
import type { ConsumerEvent, OrderedConsumerOptions } from '../src/index.ts'
import { testClient, testTopic, textOf } from './harness.ts'

// What a broker does only by chance: the port is driven by hand.
const client = testClient()

interface Driven {
  listener: GroupListener
  calls: string[]
  commits: number[]
  committed: number | undefined
  /** Instead: what the question of this moment is answered with, later. */
  answer?: Promise<number> | undefined
  metadata?: string
  timestampAt?: GroupSession['timestampAt']
}

async function drive(
  options: Partial<OrderedConsumerOptions> = {},
): Promise<Driven & { consumer: ReturnType<typeof createOrderedConsumer>; topic: string }> {
  const topic = await testTopic(client, 2)
  const driven: Partial<Driven> & Omit<Driven, 'listener'> = {
    calls: [],
    commits: [],
    committed: undefined,
  }
  const session: GroupSession = {
    start: () => driven.calls.push('start'),
    pause: ({ partition }) => driven.calls.push(`pause ${partition}`),
    resume: ({ partition }) => driven.calls.push(`resume ${partition}`),
    seek: ({ partition }, offset) => driven.calls.push(`seek ${partition} ${offset}`),
    commit: async (offsets) => {
      driven.commits.push(...offsets.map(({ offset }) => offset))
    },
    committed: async (partitions) => {
      const offset = driven.answer === undefined ? driven.committed : await driven.answer
      return partitions.map((one) => ({ ...one, offset, metadata: driven.metadata ?? '' }))
    },
    topicIds: async () => undefined,
    timestampAt: async (...asked) => driven.timestampAt?.(...asked),
    stop: async () => {
      driven.calls.push('stop')
    },
  }
  const consumer = createOrderedConsumer(
    client,
    {
      groupId: uniqueName('group'),
      topics: [topic],
      laneOf: textOf,
      handle: async () => ({ kind: 'done' }),
      commitEveryMs: 10,
      ...options,
    },
    (_client, _groupId, _times, listener) => {
      driven.listener = listener
      return session
    },
  )
  consumer.start()
  onTestFinished(() => consumer.stop({ drainMs: 0 }))
  await waitUntil(() => driven.calls.includes('start'))
  const listener = await waitUntil(() => driven.listener)
  return Object.assign(driven, { listener, consumer, topic })
}

function batch(topic: string, from: number, count: number, more: Partial<FetchedBatch> = {}): FetchedBatch {
  const { partition = 0 } = more
  return {
    topic,
    partition,
    askedFor: from,
    count,
    at: (place) => ({
      offset: from + place,
      bytes: 1,
      record: {
        topic,
        partition,
        offset: String(from + place),
        timestamp: 0,
        key: null,
        value: Buffer.from(String(from + place)),
        headers: {},
      },
    }),
    nextOffset: from + count,
    endOffset: from + count,
    bytes: count,
    ...more,
  }
}

test('a client that shows no sign of life is taken for dead', async () => {
  const { consumer, listener } = await drive({ sessionMs: 1_000, rebalanceMs: 1_000 })
  const now = vi.spyOn(Date, 'now')
  onTestFinished(() => now.mockRestore())
  const at = Date.now()
  listener.contact()
  now.mockReturnValue(at + 2_900)
  expect(consumer.isAlive()).toBe(true)
  listener.trying()
  now.mockReturnValue(at + 5_800)
  expect(consumer.isAlive()).toBe(true)
  now.mockReturnValue(at + 6_000)
  expect(consumer.isAlive()).toBe(false)
})

test('nothing is fetched before it is known what the group has committed', async () => {
  const driven = await drive()
  driven.committed = 7
  driven.listener.assigned([{ topic: driven.topic, partition: 0 }], false)
  expect(driven.listener.fetched(batch(driven.topic, 0, 3))).toBe(false)
  await waitUntil(() => driven.calls.includes('resume 0'))
  // Fetched for an assignment of before: taking it for the beginning would skip what lies between.
  expect(driven.listener.fetched(batch(driven.topic, 20, 3))).toBe(false)
  expect(driven.calls).toContain('seek 0 7')
  expect(driven.listener.fetched(batch(driven.topic, 7, 3))).toBe(true)
  await waitUntil(() => driven.commits.includes(10))
})

test('an answer for an assignment of before is not taken for the offset of a partition that was elsewhere since', async () => {
  const driven = await drive()
  const assignment = [{ topic: driven.topic, partition: 0 }]
  const before = Promise.withResolvers<number>()
  const after = Promise.withResolvers<number>()
  driven.answer = before.promise
  driven.listener.assigned(assignment, false)
  driven.listener.assigned([], true)
  driven.answer = after.promise
  driven.listener.assigned(assignment, true)
  before.resolve(3)
  await new Promise((resolve) => setImmediate(resolve))
  expect(driven.calls).not.toContain('resume 0')
  after.resolve(9)
  await waitUntil(() => driven.calls.includes('resume 0'))
  expect(driven.listener.fetched(batch(driven.topic, 9, 1))).toBe(true)
})

test('a batch that comes twice is delivered once', async () => {
  const seen: string[] = []
  const driven = await drive({
    handle: async (record) => {
      seen.push(textOf(record))
      return { kind: 'done' }
    },
  })
  driven.listener.assigned([{ topic: driven.topic, partition: 0 }], false)
  await waitUntil(() => driven.calls.includes('resume 0'))
  driven.listener.fetched(batch(driven.topic, 0, 3))
  driven.listener.fetched(batch(driven.topic, 0, 3))
  driven.listener.fetched(batch(driven.topic, 2, 3))
  await waitUntil(() => seen.length === 5)
  expect(seen).toEqual(['0', '1', '2', '3', '4'])
})

test('after a broken membership the work of kept partitions goes on from what another member has committed, never backwards', async () => {
  const gate = Promise.withResolvers<void>()
  const events: ConsumerEvent[] = []
  const driven = await drive({
    onEvent: (event) => events.push(event),
    handle: async () => {
      await gate.promise
      return { kind: 'done' }
    },
  })
  const assignment = [{ topic: driven.topic, partition: 0 }]
  driven.listener.assigned(assignment, false)
  await waitUntil(() => driven.calls.includes('resume 0'))
  driven.listener.fetched(batch(driven.topic, 0, 10))
  expect(driven.consumer.lag()[0]?.unfinished).toBe(10)
  driven.listener.suspended()
  driven.committed = 6
  driven.listener.assigned(assignment, false)
  await waitUntil(() => driven.consumer.lag()[0]?.unfinished === 4)
  expect(events).toContainEqual({ kind: 'left', topic: driven.topic, partition: 0, below: 6 })
  gate.resolve()
  await waitUntil(() => driven.commits.includes(10))
  expect(driven.commits.every((offset) => offset === 0 || offset >= 6)).toBe(true)
})

test('what an unbroken membership keeps is not read again', async () => {
  const driven = await drive()
  const assignment = [{ topic: driven.topic, partition: 0 }]
  driven.listener.assigned(assignment, false)
  await waitUntil(() => driven.calls.includes('resume 0'))
  driven.listener.fetched(batch(driven.topic, 0, 10))
  driven.listener.assigned(assignment, true)
  expect(driven.calls).toContain('seek 0 10')
})

test('a partition that a rebalance meets while others fill the room is fetched again once there is room', async () => {
  const gate = Promise.withResolvers<void>()
  const driven = await drive({
    limits: { records: 4, partitionRecords: 4 },
    laneOf: ({ partition, offset }) => `${partition} ${offset}`,
    handle: async (record) => {
      if (record.partition === 1) return { kind: 'retry', afterMs: 60_000 }
      await gate.promise
      return { kind: 'done' }
    },
  })
  const { topic, listener, calls } = driven
  const all = [0, 1, 2].map((partition) => ({ topic, partition }))
  const allResumed = () => all.every(({ partition }) => calls.includes(`resume ${partition}`))
  listener.assigned(all, false)
  await waitUntil(allResumed)
  listener.fetched(batch(topic, 0, 1, { partition: 1 }))
  listener.fetched(batch(topic, 0, 2))
  listener.fetched(batch(topic, 0, 1, { partition: 2 }))
  calls.length = 0
  listener.assigned(all, true)
  expect(calls).not.toContain('resume 1')
  gate.resolve()
  await waitUntil(allResumed)
})

test('a partition that is gone is neither committed nor begun, and its signal has fired', async () => {
  const gate = Promise.withResolvers<void>()
  const begun: string[] = []
  let aborted = false
  const driven = await drive({
    laneOf: () => 'one',
    handle: async (record, { signal }) => {
      begun.push(textOf(record))
      await gate.promise
      aborted = signal.aborted
      return { kind: 'done' }
    },
  })
  driven.listener.assigned([{ topic: driven.topic, partition: 0 }], false)
  await waitUntil(() => driven.calls.includes('resume 0'))
  driven.listener.fetched(batch(driven.topic, 5, 10))
  await waitUntil(() => driven.commits.length > 0)
  driven.listener.assigned([], true)
  gate.resolve()
  await waitUntil(() => driven.consumer.lanes().running === 0)
  expect(begun).toEqual(['5'])
  expect(aborted).toBe(true)
  expect(driven.commits).toEqual([5])
})

test('a partition whose topic cannot be recognised yet waits alone, and goes on afterwards', async () => {
  const driven = await drive()
  const { topic, listener, calls } = driven
  driven.committed = 5
  driven.metadata = 'ts=1700000000000@4'
  let isAway = true
  driven.timestampAt = async ({ partition }) => {
    if (partition === 1 && isAway) throw new Error('no leader')
    return 1_700_000_000_000
  }
  listener.assigned(
    [0, 1].map((partition) => ({ topic, partition })),
    false,
  )
  await waitUntil(() => calls.includes('resume 0'))
  expect(calls).not.toContain('resume 1')
  isAway = false
  await waitUntil(() => calls.includes('resume 1'))
  expect(calls.filter((call) => call.startsWith('seek'))).toEqual([])
})
