import { expect, test } from 'vitest'
import { copyHeaders, withoutHeaders } from './record-headers.ts'

const odd = Buffer.from([0xff, 0])
const header = (name: string | Buffer, value: string | Buffer | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
})
const record = {
  headers: { hop: Buffer.from('b'), '\ufffd\0': odd, none: undefined },
  allHeaders: [header('hop', 'a'), header(odd, odd), header('none', null), header('hop', 'b')],
}

test('a copy has all headers in their order, and its own in the place of theirs', () => {
  expect(copyHeaders(record)).toEqual(record.allHeaders)
  const [, ...rest] = record.allHeaders
  expect(
    copyHeaders({ ...record, allHeaders: [header('own', '1'), header('own', '2'), ...rest] }, { own: '3' }),
  ).toEqual([...rest, header('own', '3')])
  expect(copyHeaders(record, { hop: undefined, none: undefined })).toEqual([header(odd, odd)])
})

test('without the list, the last value of each name is what there is', () => {
  const { headers } = { headers: { a: 'text', none: undefined, constructor: Buffer.from('c') } }
  const copied = [header('a', 'text'), header('none', null), header('constructor', 'c')]
  expect(copyHeaders({ headers }, { own: '1' })).toEqual([...copied, header('own', '1')])
})

test('what is taken out of a record is gone from both', () => {
  expect(withoutHeaders(record, new Set(['hop']))).toEqual({
    headers: { '\ufffd\0': odd, none: undefined },
    allHeaders: [header(odd, odd), header('none', null)],
  })
  expect(withoutHeaders({ headers: { a: 'x', b: 'y' } }, new Set(['a']))).toEqual({ headers: { b: 'y' } })
})
