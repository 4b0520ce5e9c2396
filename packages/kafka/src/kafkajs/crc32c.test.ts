import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'

// kafkajs's own, as it is before it is replaced: no client is made in this file.
const kafkajsCrc = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (
  bytes: Buffer,
) => number

test('of the nine digits is the check value of CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})

test('is what kafkajs computes, whatever the length', () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => (index * 7_919) >>> 3))
  for (let length = 0; length < bytes.length; length++) {
    const part = bytes.subarray(0, length)
    expect(crc32c(part)).toBe(kafkajsCrc(part) >>> 0)
  }
})
