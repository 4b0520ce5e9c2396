import { array, assert, property, subarray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClassTurns } from './class-turns.ts'
import { BULK } from './send-class.ts'

describe('turns of classes', () => {
  it('are nobody’s where nobody waits', () => {
    expect(createClassTurns().next(() => false)).toBeUndefined()
  })

  it('go to the most urgent, and every tenth to bulk that waits', () => {
    const turns = createClassTurns()
    const taken = Array.from({ length: 20 }, () => turns.next(() => true))
    expect(taken.map((rank) => rank ?? '-').join('')).toBe('00000000020000000002')
  })

  it('leave bulk a tenth of those that it waited for, whoever comes and goes beside it, and never more while others wait', () => {
    const others = array(subarray([0, 1]), { minLength: 50, maxLength: 300 })
    assert(
      property(others, (rounds) => {
        const turns = createClassTurns()
        let since = 0
        for (const waiting of rounds) {
          const taken = turns.next((rank) => rank === BULK || waiting.includes(rank))
          if (waiting.length === 0) expect(taken).toBe(BULK)
          else if (taken !== BULK) expect(taken).toBe(Math.min(...waiting))
          else expect(since).toBe(9)
          since = taken === BULK ? 0 : since + 1
          expect(since).toBeLessThan(10)
        }
      }),
    )
  })
})
