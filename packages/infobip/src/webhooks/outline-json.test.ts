import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { outlineJson } from './outline-json.ts'

const limits = { maxDepth: 100, maxResults: 100, maxValues: 100_000 }

function outline(text: string, given: Partial<typeof limits> = {}) {
  const found = outlineJson(text, { ...limits, ...given })
  if (found === undefined) throw new Error('it has too much in it')
  return found
}

function pieces(text: string): string[] | undefined {
  return outline(text).results?.map(({ start, end }) => text.slice(start, end))
}

test('finds the bytes of each result', () => {
  expect(pieces('{"a":[1,2], "results" : [ {"b":[{}]} , 5,"x,]", null ] ,"c":1}')).toEqual([
    '{"b":[{}]}',
    '5',
    '"x,]"',
    'null',
  ])
  expect(pieces('{"results":[]}')).toEqual([])
})

test('takes the last of two lists of one name, as JSON.parse does', () => {
  expect(pieces('{"results":[1],"results":[2,3]}')).toEqual(['2', '3'])
})

test.each([
  ['a name within a result', '{"x":{"results":[1]}}'],
  ['a value', '{"x":"results","y":[1]}'],
  ['a list at the top', '["results",[1]]'],
  ['an object of that name', '{"results":{"a":[1]}}'],
])('does not take %s for the results', (_note, text) => {
  expect(pieces(text)).toBeUndefined()
})

test('quotes the numbers whose digits JavaScript would change, and no others', () => {
  const text = '{"a":0.000000,"b":[1,-2.5,9007199254740993,1e3],"c":"0.000000 \\" 1.10","d":-0}'
  expect(JSON.parse(outline(text).parseable)).toEqual({
    a: '0.000000',
    b: [1, -2.5, '9007199254740993', '1e3'],
    c: '0.000000 " 1.10',
    d: '-0',
  })
})

test.each(['{"a":01}', '{"a":1.}', '{"a":.5}', '{"a":1e}', '{"a":--1}', '{"a":0x1}', '{"a":1-2}'])(
  'leaves %s as it is, so that it fails to parse',
  (text) => {
    expect(outline(text).parseable).toBe(text)
  },
)

test('tells which result is nested too deep', () => {
  const deep = `${'['.repeat(5)}${']'.repeat(5)}`
  const { results, whole } = outline(`{"results":[[[]],${deep},{}]}`, { maxDepth: 4 })
  expect(results?.map(({ tooDeep }) => tooDeep)).toEqual([false, true, false])
  expect(whole.tooDeep).toBe(true)
})

test('agrees with JSON.parse about any list of results, however it is spaced', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.constantFrom(undefined, 1, '\t'),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (results, space, rest) => {
        const text = JSON.stringify({ ...rest, results }, null, space)
        const plain = Object.keys(rest).every((name) => !JSON.stringify(name).includes('\\'))
        const expected = plain ? results.map((one) => JSON.stringify(one)) : undefined
        expect(pieces(text)?.map((piece) => JSON.stringify(JSON.parse(piece)))).toEqual(expected)
      },
    ),
  )
})

test.each([
  ['one result too many', `{"results":[${'0,'.repeat(100)}0]}`],
  ['one value too many', `{"x":[${'{},'.repeat(50_000)}0]}`],
  ['too many open brackets', '['.repeat(100_001)],
])('gives up on %s', (_note, text) => {
  expect(outlineJson(text, limits)).toBeUndefined()
})

test('takes as many results as there may be', () => {
  expect(outline(`{"results":[${'0,'.repeat(99)}0]}`).results).toHaveLength(100)
})
