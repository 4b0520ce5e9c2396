import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { computeState, isFinal, messageStates, rank, stateOf, type Observation } from './state.ts'

test.each([
  [{ groupId: 0 }, 'accepted', 1, false],
  [{ groupId: 1, id: 26 }, 'pending', 2, false],
  [{ groupId: 3, id: 2 }, 'deliveredToOperator', 3, false],
  [{ groupId: 3, id: 5 }, 'delivered', 4, true],
  [{ groupId: 2, id: 4 }, 'failed', 6, true],
  [{ groupId: 4, id: 15 }, 'failed', 6, true],
  [{ groupId: 4, id: 29 }, 'failed', 6, false],
  [{ groupId: 5, id: 23 }, 'failed', 6, true],
  [{ groupId: 6 }, 'unknown', 0, false],
  [{}, 'unknown', 0, false],
] as const)('the status %j is %s, rank %i, final %s', (status, state, order, final) => {
  expect(stateOf(status)).toBe(state)
  expect(rank(stateOf(status))).toBe(order)
  expect(isFinal(status)).toBe(final)
})

const early = '2026-03-04T05:00:00.000Z'
const late = '2026-03-04T06:00:00.000Z'

function observe(groupId: number, id: number, at?: string): Observation {
  return { state: stateOf({ groupId, id }), status: { groupId, id }, at }
}

describe('computeState', () => {
  test('of nothing is nothing', () => {
    expect(computeState([])).toBeUndefined()
  })

  test.each([
    ['the highest rank wins', [observe(3, 5, early), observe(1, 7, late)], 'delivered'],
    ['seen without a delivery report is seen', [observe(1, 7, early), { state: 'seen', at: late }], 'seen'],
    ['a failure is not taken back', [observe(5, 12, early), observe(3, 5, late)], 'failed'],
    ['a later delivery wins over an expiry', [observe(4, 15, early), observe(3, 5, late)], 'delivered'],
    ['a delivery of the same instant wins over an expiry', [observe(4, 15, late), observe(3, 5, late)], 'delivered'],
    ['a later delivery wins over a lost outcome', [observe(4, 29, early), observe(3, 5, late)], 'delivered'],
    ['so does a later read receipt', [observe(4, 29, early), { state: 'seen', at: late }], 'seen'],
    ['an expiry after the delivery to the operator stands', [observe(3, 2, late), observe(4, 15, early)], 'failed'],
    ['an expiry that is later than a delivery stands', [observe(3, 5, early), observe(4, 15, late)], 'failed'],
    [
      'a certain failure beside an expiry stands',
      [observe(4, 15, early), observe(2, 4, early), observe(3, 5, late)],
      'failed',
    ],
  ] as const)('%s', (_note, observations, state) => {
    expect(computeState(observations)?.state).toBe(state)
    expect(computeState(observations.toReversed())?.state).toBe(state)
  })

  test('does not depend on the order of arrival', () => {
    const observation = fc.record({
      state: fc.constantFrom(...messageStates),
      status: fc.record({ groupId: fc.constantFrom(2, 4, 5), id: fc.constantFrom(15, 29, 4) }),
      at: fc.constantFrom(early, late, '2026-03-04T07:00:00.000Z'),
    })
    fc.assert(
      fc.property(fc.array(observation), fc.infiniteStream(fc.nat()), (observations, stream) => {
        const shuffled = observations
          .map((one) => [stream.next().value ?? 0, one] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, one]) => one)
        expect(computeState(shuffled)?.state).toBe(computeState(observations)?.state)
      }),
    )
  })
})
