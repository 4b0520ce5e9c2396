import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, compareAmounts, isZero, noAmount, readAmount, subtract, writeAmount, type Amount } from './amount.ts'
import { createMoney } from './money.ts'

const amount = fc.record({ units: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), scale: fc.nat(20) })

function read(text: string): Amount {
  const value = readAmount(text)
  if (value === undefined) throw new Error(`${text} was read as no amount`)
  return value
}

describe('an amount', () => {
  it.each([
    ['0', '0'],
    ['0.0', '0.0'],
    ['0.000000', '0.000000'],
    ['0.021000', '0.021000'],
    ['1e-7', '0.0000001'],
    ['1E-7', '0.0000001'],
    ['12.5e2', '1250'],
    ['1.25e+1', '12.5'],
    ['-0.05', '-0.05'],
  ])('%s is written as %s', (text, written) => {
    expect(writeAmount(read(text))).toBe(written)
  })

  it.each(['', ' ', 'free', '1,5', '.5', '5.', '0x10', 'NaN', 'Infinity', '1e9999', '--1', '1 '])(
    'is not read from %j',
    (text) => {
      expect(readAmount(text)).toBeUndefined()
    },
  )

  it('keeps each digit that was written, and what is added is taken away again', () => {
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        expect(read(writeAmount(one))).toEqual(one)
        expect(compareAmounts(subtract(add(one, other), other), one)).toBe(0)
        expect(compareAmounts(add(one, other), add(other, one))).toBe(0)
      }),
    )
  })

  it('is what floats cannot hold', () => {
    expect(writeAmount(add(read('0.1'), read('0.2')))).toBe('0.3')
    const thousand = Array.from({ length: 1_000 }, () => read('0.021000'))
    expect(writeAmount(thousand.reduce(add, noAmount))).toBe('21.000000')
    expect(isZero(read('0.000000'))).toBe(true)
    expect(isZero(read('1e-7'))).toBe(false)
  })
})

describe('money', () => {
  it('has a sum for each currency, and none of what is no amount', () => {
    const money = createMoney()
    expect(['0', '0.0', '0.021000', 'none'].map((text) => money.add(text, 'EUR'))).toEqual([true, true, true, false])
    money.add('1e-7', 'BRL')
    expect(money.totals()).toEqual([
      { currency: 'BRL', amount: '0.0000001', messages: 1 },
      { currency: 'EUR', amount: '0.021000', messages: 3 },
    ])
  })

  it('has no sum where nothing was added: absent is not zero', () => {
    expect(createMoney().totals()).toEqual([])
  })
})
