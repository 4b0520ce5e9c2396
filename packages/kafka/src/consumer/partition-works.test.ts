import { describe, expect, it } from 'vitest'
import { createPartitionWorks } from './partition-works.ts'

const limits = { running: 100, partitionRecords: 60, records: 100, partitionBytes: 1e9, bytes: 1e9 }

/** Partitions of which each takes what there is room for, so many records at a time. */
function worksOf(partitions: number) {
  const works = createPartitionWorks(limits)
  const assignment = Array.from({ length: partitions }, (_, partition) => ({ topic: 'orders', partition }))
  works.assign(assignment)
  let offset = 0
  const take = (partition: number, most: number): number => {
    const work = works.find({ topic: 'orders', partition })
    if (work === undefined) throw new RangeError(`no partition ${partition}`)
    for (let taken = 0; taken < most && !works.isFull(work); taken++) {
      works.opened(work, offset++, { writtenAt: 0, bytes: 1, share: 1 })
    }
    return work.records
  }
  const takeInTurns = (portion: number): number[] => {
    for (let turn = 0; turn < 20; turn++) for (const { partition } of assignment) take(partition, portion)
    return assignment.map(({ partition }) => take(partition, 0))
  }
  return { works, take, takeInTurns }
}

describe('the room for records', () => {
  it('is shared by partitions that fetch in turns', () => {
    expect(worksOf(4).takeInTurns(10)).toEqual([25, 25, 25, 25])
  })

  it('is one partition’s, up to its own limit, while the others have nothing', () => {
    expect(worksOf(4).take(0, 1_000)).toBe(60)
  })

  it('keeps its second half from one that has more than its share, for the others', () => {
    const { take, takeInTurns } = worksOf(4)
    take(0, 45)
    expect(takeInTurns(5)).toEqual([50, 20, 15, 15])
  })

  it('is shared by fewer again when one has finished, or is given up', () => {
    const { works, take, takeInTurns } = worksOf(4)
    takeInTurns(10)
    works.assign([0, 1].map((partition) => ({ topic: 'orders', partition })))
    expect([take(0, 1_000), take(1, 1_000)]).toEqual([50, 50])
    const last = works.find({ topic: 'orders', partition: 1 })
    for (const [offset, record] of last?.open ?? []) if (last !== undefined) works.closed(last, offset, record)
    expect(take(0, 1_000)).toBe(60)
  })
})
