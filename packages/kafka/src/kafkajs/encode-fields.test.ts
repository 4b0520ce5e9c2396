import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { bodyBytes, recordBytes } from './record-size.ts'
import { encodeFields } from './encode-fields.ts'
import { murmur2 } from './murmur2.ts'
import { writeVarint } from './varint.ts'

type Arguments = Parameters<typeof encodeFields>

// kafkajs's own encoder, which is never replaced; CommonJS without declarations for its insides.
const kafkajsEncode = createRequire(import.meta.url)(
  'kafkajs/src/protocol/recordBatch/record/v0/index.js',
) as (record: { key: Arguments[0]; value: Arguments[1]; headers?: object }) => { readonly buffer: Buffer }

const bytes = (length: number): Buffer => Buffer.alloc(length, 7)
// Every length at which a varint grows by a byte, before and after.
const lengths = [0, 1, 63, 64, 65, 8_191, 8_192, 8_193, 1_048_575, 1_048_576, 3_000_000]

test.each<[string, Arguments]>([
  ['nothing but nulls', [null, null]],
  ['texts', ['acme:1:2', 'é😀 \ud800', {}]],
  ['headers of every form', [null, 'x', { a: 'é', b: bytes(200), '😀': '' }]],
  ['a short text that is no ASCII', ['k', 'x', { name: `${'a'.repeat(62)}é` }]],
  ['many headers', [null, 'x', Object.fromEntries(lengths.map((one) => [`h${one}`, bytes(one)]))]],
  ...lengths.map((length): [string, Arguments] => [
    `${length} bytes`,
    [bytes(length % 1_000), bytes(length), { h: 'v'.repeat(length % 9_000) }],
  ]),
])('a record with %s has the bytes that kafkajs writes, and their number', (_what, [key, value, headers]) => {
  const { bytes: fields } = encodeFields(key, value, headers)
  const record = Buffer.alloc(recordBytes(fields.length))
  // No attributes, and deltas of 0, between the length and the fields.
  fields.copy(record, writeVarint(record, bodyBytes(fields.length, 0), 0) + 3)
  expect(record.equals(kafkajsEncode({ key, value, ...(headers && { headers }) }).buffer)).toBe(true)
})

test.each([null, '', 'acme:447860099299:351920000001', 'é😀', Buffer.from([0xff, 0]), 'k'.repeat(100)])(
  'the key %j has the hash that it has by itself',
  (key) => {
    const alone = key === null ? undefined : murmur2(Buffer.from(key))
    expect(encodeFields(key, 'value', { h: 'v' }).keyHash).toBe(alone)
  },
)
