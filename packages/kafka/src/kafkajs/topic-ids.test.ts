import { expect, test } from 'vitest'
import { decodeTopicIds, encodeRequest } from './topic-ids.ts'

test('names of any length are asked for', () => {
  const name = 'n'.repeat(200)
  const request = encodeRequest([name])
  expect(request.subarray(0, 2)).toEqual(Buffer.from([0, 2]))
  expect(request.readUInt8(18)).toBe(0x80 | (201 % 0x80))
  expect(request.subarray(20, 220).toString()).toBe(name)
})

test('an answer that is cut off is no answer', () => {
  expect(() => decodeTopicIds(Buffer.from([0, 0, 0, 0, 0, 5]))).toThrow(RangeError)
})
