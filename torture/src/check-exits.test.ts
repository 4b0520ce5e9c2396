import { describe, expect, it } from 'vitest'
import type { Crime } from './check.ts'
import { command, found, outcome, remains, request } from './example-facts.ts'
import type { Fact, FactOf, Remains } from './facts.ts'

const exit = (over: Partial<FactOf<'exit'>>): Fact => ({
  kind: 'exit',
  at: 50_000,
  victim: 'dispatcher-0',
  isTold: true,
  code: 0,
  ...over,
})

describe('a process', () => {
  const deadly: Fact = { kind: 'command', at: 0, id: 'c0', conversation: 'a', index: 0, isDeadly: true }
  const aside = remains([{ ...outcome(0, 'rejected'), errorCode: 'internal_error' }], [], ['c0'])

  it.each<[string, Fact[], Remains, Partial<Record<Crime, number>>]>([
    ['that leaves its group when it is told to end', [exit({ isMember: false })], remains([], []), {}],
    ['that ends by itself', [exit({ isTold: false, code: 1 })], remains([], []), { ended: 1 }],
    ['that fails when it is told to end', [exit({ code: 1 })], remains([], []), { ended: 1 }],
    [
      'that cannot leave while Kafka is away',
      [{ kind: 'kill', at: 49_000, victim: 'kafka', met: true }, exit({ code: 1, isMember: true })],
      remains([], []),
      {},
    ],
    ['that stays in its group', [exit({ isMember: true })], remains([], []), { ended: 1 }],
    ['that a record kills twice', [deadly, ...[1, 2].map(() => exit({ isTold: false, code: null }))], aside, {}],
    [
      'that a record kills a third time',
      [deadly, ...[1, 2, 3].map(() => exit({ isTold: false, code: null }))],
      aside,
      { ended: 1 },
    ],
  ])('%s', (_what, facts, left, crimes) => {
    expect(found(facts, left)).toEqual(crimes)
  })

  it('that died had requests open which nobody holds against it', () => {
    const { answer: _answer, ...made } = request(1, 0, { by: 'dispatcher-0', at: 49_900, madeAt: 49_900 })
    const open: Fact = { ...made, leftAt: 49_990 }
    const facts = [command(0), open, exit({ isTold: false, code: null })]
    expect(found(facts, remains([outcome(0)], [1]))).toEqual({ ended: 1 })
  })
})
