import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spellingsOf } from './spellings.ts'

describe('the spellings of a number', () => {
  test.each([
    ['a mobile of Brazil with its ninth digit', '5511987654321', ['551187654321']],
    ['a mobile of Brazil without', '551187654321', ['5511987654321']],
    ['a fixed line of Brazil', '551132654321', []],
    ['a mobile of Brazil that only begins like a ninth digit', '5511923456789', []],
    ['Mexico with the 1', '5215512345678', ['525512345678']],
    ['Mexico without', '525512345678', ['5215512345678']],
    ['a number of Mexico whose area begins with 1 and that is one digit short', '52155123456', []],
    ['a mobile of Buenos Aires', '5491123456789', ['541123456789', '54111523456789']],
    ['Buenos Aires dialled with 15', '54111523456789', ['541123456789', '5491123456789']],
    ['Portugal', '351910000042', []],
    ['a user id', 'BR.7000000000000001', []],
    ['nothing', '', []],
  ])('%s', (_name, number, others) => {
    expect(spellingsOf(number)).toEqual([number, ...others])
  })

  const country = fc.constantFrom('55', '55119', '521', '52', '549', '54', '5411', '54351', '351', '1')
  const numbers = fc.tuple(country, fc.stringMatching(/^(15)?\d{6,11}$/)).map(([code, rest]) => `${code}${rest}`)

  test('are the same for each of them, so that either side finds the other', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        for (const other of spellingsOf(number)) expect(spellingsOf(other)).toContain(number)
      }),
      { numRuns: 2_000 },
    )
  })

  test('stay within their country, and have no doubles', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const all = spellingsOf(number)
        expect(new Set(all).size).toBe(all.length)
        expect(new Set(all.map((one) => one.slice(0, 2))).size).toBe(1)
      }),
    )
  })
})
