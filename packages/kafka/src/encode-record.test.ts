import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { encodeRecord, type RecordToEncode } from './encode-record.ts'

// kafkajs's own encoder, as it is before it is replaced: no client is made in this file.
const kafkajsEncode = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  record: RecordToEncode,
) => { readonly buffer: Buffer }

const bytes = (length: number): Buffer => Buffer.alloc(length, 7)
// Every length at which a varint grows by a byte, before and after.
const lengths = [0, 1, 63, 64, 65, 8_191, 8_192, 8_193, 1_048_575, 1_048_576, 3_000_000]

test.each<[string, RecordToEncode]>([
  ['nothing but nulls', { key: null, value: null }],
  ['texts', { key: 'acme:1:2', value: 'é😀 \ud800', headers: {} }],
  ['headers of every form', { value: 'x', headers: { a: 'é', b: bytes(200), c: ['1', bytes(2)], d: [], '😀': '' } }],
  ['many headers', { value: 'x', headers: Object.fromEntries(lengths.map((one) => [`h${one}`, bytes(one)])) }],
  ...lengths.map((length): [string, RecordToEncode] => [
    `${length} bytes`,
    {
      key: bytes(length % 1_000),
      value: bytes(length),
      offsetDelta: length,
      headers: { h: 'v'.repeat(length % 9_000) },
    },
  ]),
  ...[-(2 ** 40), -65, -64, -1, 0, 63, 64, 2 ** 31, 2 ** 40].map((timestampDelta): [string, RecordToEncode] => [
    `a timestamp ${timestampDelta} ms away`,
    { key: 'k', value: 'v', timestampDelta },
  ]),
])('a record with %s has the bytes that kafkajs writes', (_what, record) => {
  expect(encodeRecord(record).buffer.equals(kafkajsEncode(record).buffer)).toBe(true)
})
