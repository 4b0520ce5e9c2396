import { expect, test } from 'vitest'
import { createLanes, type HandleResult, type LaneEntry } from './lanes.ts'

function entry(lane: string, run: () => Promise<HandleResult>, more: Partial<LaneEntry> = {}): LaneEntry {
  return { lane, rank: 0, run, isWanted: () => true, isHeld: () => false, finished: () => {}, ...more }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('entries of a lane run one after another, lanes beside each other', async () => {
  const lanes = createLanes(10)
  const log: string[] = []
  const gates = new Map<string, () => void>()
  for (const name of ['a1', 'a2', 'b1']) {
    lanes.add(
      entry(name.slice(0, 1), () => {
        log.push(name)
        return new Promise((resolve) => gates.set(name, () => resolve({ kind: 'done' })))
      }),
    )
  }
  expect(log).toEqual(['a1', 'b1'])
  gates.get('a1')?.()
  await turn()
  expect(log).toEqual(['a1', 'b1', 'a2'])
})

test('no more run at once than allowed, and lanes take turns', async () => {
  const lanes = createLanes(1)
  const log: string[] = []
  for (const name of ['a1', 'a2', 'a3', 'b1', 'b2']) {
    lanes.add(
      entry(name.slice(0, 1), async () => {
        log.push(name)
        return { kind: 'done' }
      }),
    )
  }
  while (lanes.counts().running + lanes.counts().ready > 0) await turn()
  expect(log).toEqual(['a1', 'b1', 'a2', 'b2', 'a3'])
})

test('what is begun in one turn is bounded, and nothing waits for longer than it must', async () => {
  const lanes = createLanes(1_000)
  const log: string[] = []
  for (let at = 0; at < 400; at++) {
    lanes.add(
      entry(`lane ${at}`, () => {
        log.push(`lane ${at}`)
        return new Promise(() => {})
      }),
    )
  }
  const counts = [log.length]
  while (log.length < 400) {
    await turn()
    counts.push(log.length)
  }
  expect(log).toEqual(Array.from({ length: 400 }, (_, at) => `lane ${at}`))
  expect(Math.max(...counts.map((count, at) => count - (counts[at - 1] ?? 0)))).toBe(32)
  expect(counts).toHaveLength(13)
})

test('what is not wanted any more is dropped, also out of a backoff', async () => {
  const lanes = createLanes(10)
  let wanted = true
  const log: string[] = []
  lanes.add(entry('a', async () => ({ kind: 'retry', afterMs: 1_000_000 }), { isWanted: () => wanted }))
  lanes.add(
    entry('a', async () => {
      log.push('second')
      return { kind: 'done' }
    }),
  )
  await turn()
  expect(lanes.counts().backoff).toBe(1)
  wanted = false
  lanes.review()
  await turn()
  expect(log).toEqual(['second'])
  expect(lanes.counts()).toEqual({ running: 0, ready: 0, backoff: 0, held: 0 })
})

test('a held entry keeps its place until it is looked at again', async () => {
  const lanes = createLanes(10)
  let held = true
  let finished = 0
  lanes.add(entry('a', async () => ({ kind: 'done' }), { isHeld: () => held, finished: () => finished++ }))
  expect(lanes.counts().held).toBe(1)
  held = false
  lanes.review()
  await turn()
  expect(finished).toBe(1)
})

test('after a drain nothing begins', async () => {
  const lanes = createLanes(10)
  const first = Promise.withResolvers<HandleResult>()
  lanes.add(entry('a', () => first.promise))
  let second = false
  lanes.add(
    entry('a', async () => {
      second = true
      return { kind: 'done' }
    }),
  )
  const drained = lanes.drain()
  first.resolve({ kind: 'done' })
  await drained
  await turn()
  expect(second).toBe(false)
})

test('a lane is as urgent as the most urgent of its entries', async () => {
  const lanes = createLanes(10)
  const { promise, resolve } = Promise.withResolvers<HandleResult>()
  for (const rank of [2, 1, 2]) lanes.add(entry('a', () => promise, { rank }))
  expect([lanes.rankOf('a'), lanes.rankOf('b')]).toEqual([1, Infinity])
  resolve({ kind: 'done' })
  while (lanes.counts().running + lanes.counts().ready > 0) await turn()
  expect(lanes.rankOf('a')).toBe(Infinity)
})
