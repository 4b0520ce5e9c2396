import { array, assert, constant, infiniteStream, integer, nat, oneof, option, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeEntry, type BudgetChange, type BudgetEntry } from './budget-entry.ts'

const RESERVED = 7
const reserve: BudgetChange = { do: 'reserve', units: RESERVED }
const accept: BudgetChange = { do: 'accept', units: RESERVED }
const free: BudgetChange = { do: 'free' }
const settle = (rank: number, units: number | undefined): BudgetChange => ({
  do: 'settle',
  rank,
  units,
  reserved: RESERVED,
})

/** What there is at the end, and every sum on the way there. */
function after(changes: readonly BudgetChange[], start?: BudgetEntry) {
  let [entry, sum] = [start, 0]
  const sums = changes.map((change) => {
    const changed = changeEntry(entry, change)
    entry = changed.entry
    return (sum += changed.by)
  })
  return { entry, sum, sums }
}

describe('changeEntry', () => {
  it.each<[string, BudgetChange[], number]>([
    ['reserves once, however often it is sent', [reserve, reserve, accept, reserve], RESERVED],
    ['counts what its report says', [reserve, accept, settle(2, 5)], 5],
    ['keeps what it reserved where the report has no price', [reserve, settle(2, undefined)], RESERVED],
    ['takes the highest revision, whichever comes first', [reserve, settle(5, 9), settle(2, 5)], 9],
    ['counts nothing of what failed', [reserve, accept, free, free, accept], 0],
    ['counts what is delivered after all', [reserve, free, settle(2, 5)], 5],
    ['counts a failed one anew that is sent anew', [reserve, free, reserve], RESERVED],
    ['counts one whose reservation was lost by its acceptance', [accept, accept], RESERVED],
    ['counts nothing of what failed before its acceptance was heard of', [free, accept], 0],
  ])('%s', (_, changes, sum) => {
    expect(after(changes).sum).toBe(sum)
  })

  it('of one that the sum has already changes it by the difference', () => {
    expect(after([settle(2, 5)]).sum).toBe(5 - RESERVED)
    expect(after([settle(2, undefined)]).sum).toBe(0)
  })

  it('is never negative, and comes to the same sum whatever the order and the repeats of what is heard', () => {
    const heard = oneof(
      constant(accept),
      constant(free),
      tuple(integer({ min: 1, max: 4 }), option(nat(50), { nil: undefined })).map((one) => settle(...one)),
    )
    assert(
      property(array(heard, { maxLength: 12 }), infiniteStream(nat()), (changes, chance) => {
        // One price for each rank, as one cost event has it.
        const prices = new Map(changes.flatMap((one) => (one.do === 'settle' ? [[one.rank, one] as const] : [])))
        const told = changes.map((one) => (one.do === 'settle' ? (prices.get(one.rank) ?? one) : one))
        const shuffled = [...told, ...told]
          .map((one) => ({ one, at: chance.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one)
        const { sum, sums } = after([reserve, ...shuffled])
        expect(Math.min(...sums)).toBeGreaterThanOrEqual(0)
        const highest = [...prices.values()].toSorted((a, b) => a.rank - b.rank).at(-1)
        if (highest?.units !== undefined) expect(sum).toBe(highest.units)
        else if (highest === undefined) expect(sum).toBe(told.includes(free) ? 0 : RESERVED)
      }),
    )
  })
})
