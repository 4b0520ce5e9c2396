import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { recordBytes } from './record-size.ts'

// What kafkajs really writes; CommonJS without declarations for its insides.
const encodeRecord = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  record: object,
) => { buffer: Buffer }

test.each([
  { key: null, value: null, headers: {} },
  { key: Buffer.from('k'), value: Buffer.alloc(0), headers: {} },
  { key: Buffer.alloc(63), value: Buffer.alloc(64), headers: { ce_id: Buffer.from('ü') } },
  { key: Buffer.alloc(64), value: Buffer.alloc(8191), headers: { é: Buffer.alloc(0), b: Buffer.alloc(300) } },
  {
    key: null,
    value: Buffer.alloc(8192),
    headers: Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`h${i}`, Buffer.alloc(i)])),
  },
  { key: null, value: Buffer.alloc(1_048_576), headers: {} },
])('the size of record %# is told to the byte', (record) => {
  expect(recordBytes(record)).toBe(encodeRecord({ offsetDelta: 0, timestampDelta: 0, ...record }).buffer.length)
})
