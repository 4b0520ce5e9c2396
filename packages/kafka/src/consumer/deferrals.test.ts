import { createRandom } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { createDeferrals } from './deferrals.ts'

const LIMITS = { lane: 2, group: 4, most: 100 }

/** Takes in records of these lanes in turn, from offset 0 on, and says which were left. The group is the lane's first letter. */
function takeIn(lanes: readonly string[], limits = LIMITS) {
  const deferrals = createDeferrals(limits)
  const left = lanes.flatMap((lane, offset) =>
    deferrals.defers(offset, { lane, group: lane.slice(0, 1) }, false) ? [offset] : [],
  )
  return { deferrals, left }
}

describe('deferrals', () => {
  it('leave what is beyond the room of a lane, and let others pass', () => {
    expect(takeIn(['a1', 'a1', 'a1', 'a2', 'a1', 'b1']).left).toEqual([2, 4])
  })

  it('leave what is beyond the room of a group, and let other groups pass', () => {
    expect(takeIn(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1']).left).toEqual([4, 5])
  })

  it('leave a record behind one of its lane that was left, though there is room again', () => {
    const { deferrals } = takeIn(['a1', 'a1', 'a1'])
    deferrals.finished(0)
    deferrals.finished(1)
    expect(deferrals.defers(3, { lane: 'a1', group: 'a' }, false)).toBe(true)
  })

  it('are due from the lowest offset that has room, once half of it is free', () => {
    const { deferrals } = takeIn(['a1', 'a1', 'a1', 'b1', 'b1', 'b1'])
    expect(deferrals.due(false)).toBeUndefined()
    deferrals.finished(3)
    expect(deferrals.due(false)).toBe(5)
    deferrals.finished(0)
    expect(deferrals.due(false)).toBe(2)
  })

  it('are not due while their group has enough', () => {
    const { deferrals } = takeIn(['a1', 'a1', 'a2', 'a2', 'a1'])
    deferrals.finished(0)
    expect(deferrals.due(false)).toBeUndefined()
    deferrals.finished(2)
    expect(deferrals.due(false)).toBe(4)
  })

  it('are taken in the order of their lane, as far as there is room', () => {
    const { deferrals } = takeIn(['a1', 'a1', 'a1', 'a1', 'a1'])
    expect(deferrals.takes(2, false)).toBe(false)
    deferrals.finished(0)
    expect([3, 2, 3, 4, 0, 7].map((offset) => deferrals.takes(offset, false))).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
    ])
    deferrals.finished(1)
    deferrals.finished(2)
    expect([3, 4].map((offset) => deferrals.takes(offset, false))).toEqual([true, true])
    expect(deferrals.size()).toBe(0)
  })

  it('let one of a group in where there is no room for more', () => {
    const deferrals = createDeferrals(LIMITS)
    const defers = (offset: number, lane: string): boolean => deferrals.defers(offset, { lane, group: 'a' }, true)
    expect([defers(0, 'a1'), defers(1, 'a2')]).toEqual([false, true])
    expect(deferrals.due(true)).toBeUndefined()
    deferrals.finished(0)
    expect(deferrals.due(true)).toBe(1)
    expect(deferrals.takes(1, true)).toBe(true)
  })

  it('go on behind what Kafka has no longer', () => {
    const { deferrals } = takeIn(['a1', 'a1', 'a1', 'a1', 'b1', 'b1', 'b1'])
    expect(deferrals.forgetBelow(3)).toEqual([2])
    expect(deferrals.forget(6)).toBe(true)
    deferrals.finished(0)
    deferrals.finished(4)
    expect(deferrals.due(false)).toBe(3)
    expect(deferrals.takes(6, false)).toBe(false)
  })

  it('are full at their bound, and keep nothing of what has ended', () => {
    const { deferrals } = takeIn(['a1', 'a1', 'a1', 'a1'], { ...LIMITS, most: 2 })
    expect(deferrals.isFull()).toBe(true)
    deferrals.finished(0)
    deferrals.finished(1)
    for (const offset of [2, 3]) {
      expect(deferrals.takes(offset, false)).toBe(true)
      deferrals.finished(offset)
    }
    expect([deferrals.isFull(), deferrals.size(), deferrals.due(false)]).toEqual([false, 0, undefined])
  })

  it('give each rank of a group room of its own', () => {
    const deferrals = createDeferrals(LIMITS)
    const left = [2, 2, 2, 2, 2, 0, 1].filter((rank, offset) =>
      deferrals.defers(offset, { lane: `a${offset}`, group: 'a', rank }, false),
    )
    expect(left).toEqual([2])
  })

  it('lend the rank of a record to those before it in its lane, which are fetched from their places before others', () => {
    const deferrals = createDeferrals(LIMITS)
    const defers = (offset: number, lane: string, rank: number): boolean =>
      deferrals.defers(offset, { lane, group: 'a', rank }, false)
    for (const offset of [0, 1, 2, 3, 4, 5]) defers(offset, `bulk ${offset}`, 2)
    expect(defers(6, 'mine', 2)).toBe(true)
    expect([deferrals.due(false), deferrals.rankOf('mine')]).toEqual([undefined, 2])
    expect(defers(7, 'mine', 0)).toBe(true)
    expect([deferrals.due(false), deferrals.rankOf('mine')]).toEqual([6, 0])
    expect([6, 7, 4].map((offset) => deferrals.takes(offset, false))).toEqual([true, true, false])
  })

  it('lend for no longer than the record is there', () => {
    const deferrals = createDeferrals(LIMITS)
    for (const [offset, rank] of [2, 0, 2].entries())
      deferrals.defers(offset, { lane: 'mine', group: 'a', rank }, false)
    const ranks = [0, 1].map((offset) => {
      deferrals.finished(offset)
      return deferrals.rankOf('mine')
    })
    expect(ranks).toEqual([0, 2])
    expect(deferrals.takes(2, false)).toBe(true)
    deferrals.finished(2)
    expect(deferrals.rankOf('mine')).toBe(Infinity)
  })

  it('are due by turns, the urgent first, so that none is left for ever', () => {
    const deferrals = createDeferrals({ ...LIMITS, lane: 1 })
    for (const [offset, rank] of [2, 2, 0, 0].entries())
      deferrals.defers(offset, { lane: `of rank ${rank}`, group: 'a', rank }, false)
    for (const offset of [0, 2]) deferrals.finished(offset)
    expect([deferrals.due(false), deferrals.due(false), deferrals.due(false)]).toEqual([3, 1, 3])
  })

  it.each(Array.from({ length: 100 }, (_, seed) => seed))(
    'take every record once and in the order of its lane, whatever is lent, seed %s',
    (seed) => {
      const random = createRandom(seed)
      const lanes = Array.from({ length: 200 }, () => `lane ${random.between(0, 12)}`)
      const deferrals = createDeferrals({ lane: 2, group: 4, most: 1_000 })
      const begun: number[] = []
      const open: number[] = []
      const begin = (offset: number): void => {
        begun.push(offset)
        open.push(offset)
      }
      const finishOne = (): void => {
        const first = random.between(0, Math.max(0, open.length - 1))
        for (const offset of open.splice(first, 1)) deferrals.finished(offset)
      }
      const fetchAgain = (): void => {
        const due = deferrals.due(false)
        if (due === undefined) return
        for (let offset = due; offset < due + 20; offset++) if (deferrals.takes(offset, false)) begin(offset)
      }
      for (const [offset, lane] of lanes.entries()) {
        const key = { lane, group: lane.length > 6 ? 'a' : 'b', rank: random.pick([0, 1, 2, 2, 2]) }
        if (!deferrals.defers(offset, key, false)) begin(offset)
        if (random.next() < 0.5) finishOne()
        if (random.next() < 0.3) fetchAgain()
      }
      for (let round = 0; open.length + deferrals.size() > 0; round++) {
        expect(round, 'something is never due').toBeLessThan(1_000)
        finishOne()
        fetchAgain()
      }
      expect(begun.toSorted((a, b) => a - b)).toEqual(lanes.map((_, offset) => offset))
      for (const lane of new Set(lanes)) {
        const inLane = begun.filter((offset) => lanes[offset] === lane)
        expect(inLane).toEqual(inLane.toSorted((a, b) => a - b))
        expect(deferrals.rankOf(lane)).toBe(Infinity)
      }
    },
  )
})
