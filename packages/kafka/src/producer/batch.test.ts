import { expect, test } from 'vitest'
import { chooseBatch, groupByLeader } from './batch.ts'
import { createRecordAccumulator, type Waiting } from './record-accumulator.ts'

const LIMITS = { maxBatchRecords: 100, maxBatchBytes: 1_000_000 }

interface Given {
  bytes?: number
  keyHash?: number | undefined
  partition?: number | undefined
}

function record(name: string, { bytes = 10, keyHash = 0, partition }: Given = {}): Waiting {
  const fields = Buffer.from(name)
  return { topic: 't', owner: 'o', fields, keyHash, bytes, partition, state: 'waiting', tell: () => undefined }
}

function choose(records: readonly Waiting[], leaders: readonly number[], limit?: number, limits = LIMITS) {
  const waiting = createRecordAccumulator()
  for (const one of records) waiting.add(one)
  const round = () => named(chooseBatch(waiting, limits, () => ({ leaders, maxMessageBytes: limit })).records)
  return { waiting, round }
}

const named = (records: readonly Waiting[]): string[] => records.map(({ fields }) => fields.toString())

test('what a full partition left behind is not overtaken by a smaller record', () => {
  const { round } = choose(
    [record('a', { bytes: 600 }), record('b', { bytes: 600 }), record('c', { bytes: 100 })],
    [1],
    1_000,
  )
  expect([round(), round(), round()]).toEqual([['a'], ['b', 'c'], []])
})

test('one partition that is full holds up no other', () => {
  const large = [0, 1].map((index) => record(`a${index}`, { bytes: 600, partition: 0 }))
  const { round } = choose([...large, record('b', { partition: 1 })], [1, 1], 1_000)
  expect([round(), round()]).toEqual([['a0', 'b'], ['a1']])
})

test('a record without a key goes to a partition that is led, also by broker 0', () => {
  const keyless = Array.from({ length: 20 }, (_, index) => {
    return { ...record(String(index)), keyHash: undefined }
  })
  choose(keyless, [-1, 0]).round()
  expect(new Set(keyless.map(({ partition }) => partition))).toEqual(new Set([1]))
})

test('a batch ends at its number of records and of bytes, and has one at least', () => {
  expect(choose(three(), [1], undefined, { ...LIMITS, maxBatchRecords: 2 }).round()).toEqual(['a', 'b'])
  expect(choose(three(), [1], undefined, { ...LIMITS, maxBatchBytes: 900 }).round()).toEqual(['a', 'b'])
  expect(choose(three(), [1], undefined, { ...LIMITS, maxBatchBytes: 1 }).round()).toEqual(['a'])
})

test('what no batch takes, or no partition, is told apart', () => {
  const waiting = createRecordAccumulator()
  for (const one of [record('large', { bytes: 2_000 }), record('nowhere', { partition: 7 }), record('fine')])
    waiting.add(one)
  const chosen = chooseBatch(waiting, LIMITS, () => ({ leaders: [1], maxMessageBytes: 1_000 }))
  expect([named(chosen.tooLarge), named(chosen.misplaced), named(chosen.records)]).toEqual([
    ['large'],
    ['nowhere'],
    ['fine'],
  ])
})

test('a batch is parted by who leads, the leaderless apart', () => {
  const records = [0, 1, 2].map((partition) => record(String(partition), { partition }))
  const groups = groupByLeader(records, () => [0, -1, 0])
  expect(groups.map(({ leader, records: own }) => [leader, named(own)])).toEqual([
    [0, ['0', '2']],
    [-1, ['1']],
  ])
})

function three(): Waiting[] {
  return ['a', 'b', 'c'].map((name) => record(name, { bytes: 400 }))
}
