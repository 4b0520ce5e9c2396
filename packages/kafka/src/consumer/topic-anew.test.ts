import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { KafkaClient } from '../kafkajs/client.ts'
import type { Committed, FetchedBatch, GroupListener, GroupSession } from '../kafkajs/group-session.ts'
import { createOrderedConsumer } from './ordered-consumer.ts'

const [OLD, NEW] = ['ab'.repeat(16), 'cd'.repeat(16)]
const PARTITION = { topic: 't', partition: 0 }

/** What Kafka would say, and what it was asked for. */
interface Script {
  topicId: string | undefined
  committed: Pick<Committed, 'offset' | 'metadata'>
}

function batchOf(topicId: string, name: string, from: number, count: number): FetchedBatch {
  return {
    ...PARTITION,
    topicId,
    askedFor: from,
    count,
    nextOffset: from + count,
    endOffset: from + count,
    bytes: count,
    at: (place) => {
      const offset = from + place
      const value = Buffer.from(`${name} ${offset}`)
      const record = { ...PARTITION, offset: String(offset), timestamp: 0, key: null, value, headers: {} }
      return { offset, record: { ...record, allHeaders: [] }, bytes: 1 }
    },
  }
}

/** A member whose Kafka is this test: nothing is fetched but what is given to `listener.fetched`. */
async function startMember(given: Partial<Script> = {}) {
  const script: Script = { topicId: OLD, committed: { offset: undefined, metadata: '' }, ...given }
  const seen: string[] = []
  const sought: number[] = []
  const commits: { offset: number; metadata?: string | undefined }[] = []
  const open = new Map<string, () => void>()
  const holding = { commits: undefined as Promise<void> | undefined, records: false }
  let listener: GroupListener | undefined
  const session: GroupSession = {
    start: () => {},
    pause: () => {},
    resume: () => {},
    seek: (_partition, offset) => void sought.push(offset),
    commit: async (offsets) => {
      await holding.commits
      commits.push(...offsets)
    },
    committed: async () => [{ ...PARTITION, ...script.committed }],
    topicIds: async () => new Map(script.topicId === undefined ? [] : [['t', script.topicId]]),
    timestampAt: async () => undefined,
    stop: async () => {},
  }
  // `as`: a Kafka that cannot be asked for its topics is all that the rest of a client is to it.
  const client = { clientId: 'c', brokers: [], log: () => {}, kafkajs: {} } as unknown as KafkaClient
  const consumer = createOrderedConsumer(
    client,
    {
      groupId: 'g',
      topics: ['t'],
      laneOf: (record) => record.offset,
      // `rebalancing` has it commit.
      commitEveryMs: 3_600_000,
      handle: async (record) => {
        const text = record.value?.toString() ?? ''
        if (holding.records) await new Promise<void>((resolve) => open.set(text, resolve))
        seen.push(text)
        return { kind: 'done' }
      },
    },
    (_client, _membership, _times, given) => {
      listener = given
      return session
    },
  )
  consumer.start()
  onTestFinished(() => consumer.stop({ drainMs: 0 }))
  if (listener === undefined) throw new Error('no session was made')
  listener.contact()
  listener.assigned([PARTITION], false)
  await settled()
  return { script, listener, seen, sought, commits, open, holding }
}

/** Everything that was asked has been answered: no answer here takes longer than some turns. */
async function settled(): Promise<void> {
  for (let left = 10; left > 0; left--) await turn()
}

test('a handler that ends after its topic was made anew finishes no record of the new one', async () => {
  const { script, listener, seen, commits, open, holding } = await startMember()
  holding.records = true
  listener.fetched(batchOf(OLD, 'old', 0, 2))
  await settled()
  holding.records = false
  script.topicId = NEW
  expect(listener.fetched(batchOf(NEW, 'new', 0, 2))).toBe(false)
  await settled()
  listener.fetched(batchOf(NEW, 'new', 0, 2))
  await settled()
  expect(seen).toEqual([])
  open.get('old 0')?.()
  open.get('old 1')?.()
  await settled()
  listener.rebalancing()
  await settled()
  expect(commits).toMatchObject([{ offset: 2, metadata: `topic=${NEW},anew` }])
  expect(seen).toEqual(['old 0', 'old 1', 'new 0', 'new 1'])
})

test('what was fetched before the topic was read from its beginning on is fetched again in its place', async () => {
  const { script, listener, seen, sought } = await startMember()
  listener.fetched(batchOf(OLD, 'old', 0, 3))
  await settled()
  script.topicId = NEW
  listener.fetched(batchOf(NEW, 'new', 3, 2))
  await settled()
  expect(sought).toEqual([0])
  expect(listener.fetched(batchOf(NEW, 'new', 3, 2))).toBe(false)
  expect(sought).toEqual([0, 0])
  listener.fetched(batchOf(NEW, 'new', 0, 5))
  await settled()
  expect(seen.slice(3)).toEqual(['new 0', 'new 1', 'new 2', 'new 3', 'new 4'])
})

test('a gap that is there when it is asked for again is a jump', async () => {
  const { listener, seen, sought } = await startMember()
  listener.fetched(batchOf(OLD, 'old', 0, 1))
  expect(listener.fetched(batchOf(OLD, 'old', 5, 1))).toBe(false)
  expect(sought).toEqual([1])
  expect(listener.fetched(batchOf(OLD, 'old', 5, 1))).toBe(true)
  await settled()
  expect(seen).toEqual(['old 0', 'old 5'])
})

test('a commit that was on its way when the topic was made anew counts for nothing in the new one', async () => {
  const { script, listener, commits, holding } = await startMember()
  const { promise, resolve } = Promise.withResolvers<void>()
  holding.commits = promise
  listener.fetched(batchOf(OLD, 'old', 0, 2))
  await settled()
  listener.rebalancing()
  await settled()
  script.topicId = NEW
  listener.fetched(batchOf(NEW, 'new', 2, 1))
  await settled()
  listener.fetched(batchOf(NEW, 'new', 0, 2))
  await settled()
  resolve()
  await settled()
  listener.rebalancing()
  await settled()
  expect(commits.map(({ metadata }) => metadata)).toEqual([`topic=${OLD}`, `topic=${NEW},anew`])
})

test('while Kafka does not know the topic, nothing is concluded of it', async () => {
  const committed = { offset: 3, metadata: `topic=${OLD}` }
  const { script, listener, seen, sought } = await startMember({ topicId: undefined, committed })
  expect(listener.fetched(batchOf(NEW, 'new', 3, 2))).toBe(false)
  script.topicId = NEW
  await expect.poll(() => sought).toEqual([0])
  listener.fetched(batchOf(NEW, 'new', 0, 5))
  await settled()
  expect(seen).toEqual(['new 0', 'new 1', 'new 2', 'new 3', 'new 4'])
})

test('what was committed of the former topic while it was still taken for it says nothing of the new one', async () => {
  const { script, listener, seen } = await startMember()
  listener.fetched(batchOf(OLD, 'old', 0, 5))
  await settled()
  script.topicId = NEW
  script.committed = { offset: 5, metadata: `topic=${OLD}` }
  listener.fetched(batchOf(NEW, 'new', 5, 1))
  await settled()
  // It is looked at again, as after a rebalance, before anything of the new one is committed.
  listener.assigned([PARTITION], false)
  await settled()
  listener.fetched(batchOf(NEW, 'new', 0, 5))
  await settled()
  expect(seen.slice(5)).toEqual(['new 0', 'new 1', 'new 2', 'new 3', 'new 4'])
})
