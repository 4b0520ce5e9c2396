import { expect, test } from 'vitest'
import { parseExactly } from './exact-json.ts'
import { decimal, integer, number, object, text } from './read-json.ts'

test.each([
  ['0.000000', '0.000000'],
  ['36.666667', '36.666667'],
  ['9007199254740993', '9007199254740993'],
  ['-0.50', '-0.50'],
  ['1e3', '1000'],
  ['1.25e-4', '0.000125'],
  ['-12.5E+2', '-1250'],
  ['1.5e0', '1.5'],
  ['0e5', '0'],
  ['12.345e1', '123.45'],
])('reads the amount %s as %s', (written, amount) => {
  expect(decimal(written)).toBe(amount)
})

test.each([[null], [undefined], ['free'], [''], [{}], [[]], [true], ['1e99999']])(
  'reads no amount from %j',
  (value) => {
    expect(decimal(value)).toBeUndefined()
  },
)

test('null, absent and empty are the same', () => {
  expect([null, undefined, ''].map(text)).toEqual([undefined, undefined, undefined])
})

test('an id that is a number is its digits, also beyond 2^53', () => {
  const parsed = object(parseExactly('{"small":123456,"large":9007199254740993}'))
  expect([text(parsed?.['small']), text(parsed?.['large'])]).toEqual(['123456', '9007199254740993'])
})

test('a field of another type is as good as absent', () => {
  expect([text({}), text(true), number('x'), integer(1.5), object([]), object('x')]).toEqual(Array.from({ length: 6 }))
})

test('numbers keep their digits when they are parsed exactly', () => {
  const written = '{"a":[0.000000,{"b":1.50}],"c":9007199254740993,"d":1}'
  expect(JSON.stringify(parseExactly(written))).toBe(written)
})
