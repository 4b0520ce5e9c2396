import type { OutgoingRecord, PublishResult } from '@imchannel/kafka'
import { describe, expect, it } from 'vitest'
import { createParkingQueue, PARKING_BATCH } from './parking-queue.ts'

const stored: PublishResult = { kind: 'stored', partition: 0, offset: '0' }
const lost: PublishResult = { kind: 'unknown', reason: 'unconfirmed', detail: 'no answer' }
const tooLarge: PublishResult = { kind: 'refused', reason: 'too-large', detail: 'too large' }

function copies(count: number, { topic = 'a.parked.acme', first = 0, size = 2 } = {}): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    topic,
    partition: 0,
    key: String(first + index),
    value: 'v'.repeat(size),
  }))
}

/** A queue before a Kafka that answers each batch as told, and that it is stored from then on; time passes only while it sleeps. */
function setUp(
  answers: ((batch: readonly OutgoingRecord[]) => PublishResult[])[] = [],
  ensureTopic: (topic: string) => Promise<void> = async () => undefined,
) {
  const batches: OutgoingRecord[][] = []
  const log: string[] = []
  const gone: string[] = []
  let now = 0
  const queue = createParkingQueue({
    openProducer: () => ({
      connect: async () => undefined,
      publish: async (records) => {
        batches.push([...records])
        return answers.shift()?.(records) ?? records.map(() => stored)
      },
      isReady: () => true,
      close: async () => undefined,
    }),
    ensureTopic: async ({ topic }) => {
      log.push(topic)
      await ensureTopic(topic)
    },
    onTopicGone: (topic) => void gone.push(topic),
    sleep: async (ms) => {
      await new Promise((resolve) => setImmediate(resolve))
      now += ms
    },
    now: () => now,
    onTrouble: () => undefined,
  })
  return { queue, batches, log, gone, written: () => batches.flat().map(({ key }) => String(key)) }
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

describe('the parking queue', () => {
  it('writes what is added in one turn as one batch, in its order, into its topics', async () => {
    const { queue, batches, log } = setUp()
    const added = [
      queue.add(copies(3)),
      queue.add(copies(2, { topic: 'a.parked.globex', first: 3 })),
      queue.add(copies(1, { first: 5 })),
    ]
    expect(queue.pending('a.parked.acme', 0)).toBe(4)
    expect(await Promise.all(added)).toEqual([[true, true, true], [true, true], [true]])
    expect(batches.map((batch) => batch.map(({ key }) => key))).toEqual([numbers(6)])
    expect(log).toEqual(['a.parked.acme', 'a.parked.globex'])
    expect(queue.pending('a.parked.acme', 0)).toBe(0)
  })

  it('writes no more at once than the producer takes as one batch', async () => {
    const { queue, batches, written } = setUp()
    await Promise.all([queue.add(copies(7_000)), queue.add(copies(5_000, { first: 7_000 }))])
    expect(batches.map(({ length }) => length)).toEqual([5_000, 5_000, 2_000])
    expect(written()).toEqual(numbers(12_000))
  })

  it('parts large ones by their bytes, and writes one that is larger than a batch alone', async () => {
    const { queue, batches } = setUp()
    const half = PARKING_BATCH.maxBatchBytes / 2
    await queue.add([
      ...copies(1, { size: half }),
      ...copies(1, { size: half }),
      ...copies(1, { size: 3 * half }),
      ...copies(2),
    ])
    expect(batches.map(({ length }) => length)).toEqual([1, 1, 1, 2])
  })

  it('keeps the place of what was not stored, before all that was added since', async () => {
    const later: Promise<readonly boolean[]>[] = []
    const { queue, written } = setUp([
      (batch) => {
        later.push(queue.add(copies(2, { first: 4 })))
        return batch.map(() => lost)
      },
      (batch) => batch.map((_, index) => (index < 2 ? stored : lost)),
    ])
    expect(await queue.add(copies(4))).toEqual([true, true, true, true])
    expect(await Promise.all(later)).toEqual([[true, true]])
    expect(written().join(' ')).toBe('0 1 2 3 0 1 2 3 4 5 2 3 4 5')
    expect(queue.pending('a.parked.acme', 0)).toBe(0)
  })

  it('lets no topic wait for one that cannot be made, and writes that one’s in its order once it can', async () => {
    let isAllowed = false
    const { queue, written } = setUp([], async (topic) => {
      if (topic === 'a.parked.acme' && !isAllowed) throw new Error('not allowed')
    })
    const waiting = [queue.add(copies(2)), queue.add(copies(2, { first: 2 }))]
    for (let round = 0; round < 3; round++) await queue.add(copies(1, { topic: 'a.parked.globex', first: 9 }))
    expect(written()).toEqual(['9', '9', '9'])
    isAllowed = true
    await Promise.all(waiting)
    expect(written()).toEqual(['9', '9', '9', '0', '1', '2', '3'])
  })

  it('has a topic made again that is gone, and waits for it alone', async () => {
    const unknown: PublishResult = { kind: 'refused', reason: 'unknown-topic', detail: 'no such topic' }
    const { queue, written, gone } = setUp([
      (batch) => batch.map(({ topic }) => (topic === 'a.parked.acme' ? unknown : stored)),
    ])
    await Promise.all([queue.add(copies(2)), queue.add(copies(1, { topic: 'a.parked.globex', first: 9 }))])
    expect(gone).toEqual(['a.parked.acme'])
    expect(written()).toEqual(['0', '1', '9', '0', '1'])
  })

  it('tells which record no topic takes, and goes on behind it', async () => {
    const { queue, written } = setUp([() => [tooLarge, stored, stored]])
    expect(await queue.add(copies(3))).toEqual([false, true, true])
    expect(written()).toEqual(numbers(3))
  })
})
