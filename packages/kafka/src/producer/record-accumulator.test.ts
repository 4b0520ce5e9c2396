import { expect, test } from 'vitest'
import { createRecordAccumulator, refuse, type Waiting } from './record-accumulator.ts'

function record(owner: string, name: string, bytes = 1): Waiting {
  const fields = Buffer.from(name)
  return { topic: 't', owner, fields, keyHash: 0, bytes, partition: 0, state: 'waiting', tell: () => undefined }
}

const named = (records: readonly Waiting[]): string[] => records.map(({ fields }) => fields.toString())

/** Takes as many as it is told, then stops. */
function atMost(most: number): () => 'take' | 'stop' {
  let taken = 0
  return () => (taken++ < most ? 'take' : 'stop')
}

test('owners take turns, each in its order', () => {
  const waiting = createRecordAccumulator()
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) waiting.add(record(name.slice(0, 1), name))
  expect(named(waiting.take(atMost(4)))).toEqual(['a1', 'b1', 'c1', 'a2'])
  // Where it stopped, it goes on.
  expect(named(waiting.take(atMost(10)))).toEqual(['b2', 'a3', 'a4'])
  expect([waiting.count, waiting.bytes]).toEqual([0, 0])
})

test('what fills a batch alone takes the next turn from nobody', () => {
  const waiting = createRecordAccumulator()
  for (const name of ['a1', 'a2', 'a3']) waiting.add(record('a', name, 100))
  waiting.add(record('b', 'b1'))
  const batches = [1, 2, 3, 4].map(() => {
    let bytes = 0
    return named(
      waiting.take((one) => (bytes > 0 && (bytes += one.bytes) > 100 ? 'stop' : ((bytes ||= one.bytes), 'take'))),
    )
  })
  expect(batches).toEqual([['a1'], ['b1'], ['a2'], ['a3']])
})

test('what is left keeps its place, and nobody’s turn is lost by looking', () => {
  const waiting = createRecordAccumulator()
  for (const name of ['a1', 'a2', 'b1']) waiting.add(record(name.slice(0, 1), name))
  expect(waiting.take(() => 'stop')).toEqual([])
  expect(waiting.take(() => 'leave')).toEqual([])
  expect(named(waiting.take((one) => (named([one])[0] === 'a1' ? 'leave' : 'take')))).toEqual(['b1', 'a2'])
  expect(named(waiting.take(atMost(10)))).toEqual(['a1'])
})

test('the room of each owner is counted, and free once its record is settled', () => {
  const waiting = createRecordAccumulator()
  const settled = [record('a', 'a1', 10), record('a', 'a2', 20)]
  for (const one of [...settled, record('b', 'b1', 5)]) waiting.add(one)
  expect([waiting.heldBy('a'), waiting.heldBy('b'), waiting.heldBy('c')]).toMatchObject([
    { count: 2, bytes: 30 },
    { count: 1, bytes: 5 },
    { count: 0, bytes: 0 },
  ])
  for (const one of settled) refuse(waiting, one, 'timeout', 'too late')
  expect(waiting.heldBy('a')).toMatchObject({ count: 0, bytes: 0 })
  expect([waiting.count, waiting.bytes]).toEqual([1, 5])
  expect(named(waiting.take(atMost(10)))).toEqual(['b1'])
})

test('records that are settled while others are looked at are neither taken nor counted', () => {
  const waiting = createRecordAccumulator()
  const all = Array.from({ length: 5_000 }, (_, index) => record(`o${index % 3}`, String(index)))
  for (const one of all) waiting.add(one)
  const taken = waiting.take((one) => {
    const index = Number(one.fields)
    if (index % 5 === 0) refuse(waiting, one, 'timeout', 'too late')
    return index % 5 === 0 ? 'drop' : index % 2 === 0 ? 'take' : 'leave'
  })
  expect(taken).toHaveLength(2_000)
  expect(waiting.count).toBe(2_000)
  for (const one of all) refuse(waiting, one, 'closed', 'the end')
  expect([waiting.count, waiting.bytes]).toEqual([0, 0])
  expect(waiting.take(() => 'take')).toEqual([])
})
