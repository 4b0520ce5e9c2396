import { expect, test } from 'vitest'
import { freeBuffer } from './free-buffer.ts'

test('a buffer with memory of its own is empty afterwards, and freeing it again does nothing', () => {
  const buffer = Buffer.allocUnsafeSlow(256 * 1024)
  freeBuffer(buffer)
  freeBuffer(buffer)
  expect([buffer.length, buffer.buffer.byteLength]).toEqual([0, 0])
})

test('a part of a larger one stays, since others use the rest', () => {
  const whole = Buffer.alloc(1_000, 'a')
  const part = whole.subarray(0, 999)
  freeBuffer(part)
  expect([whole.length, part.toString()]).toEqual([1_000, 'a'.repeat(999)])
})

test('what comes from a pool stays', () => {
  const pooled = Buffer.from('a few bytes')
  freeBuffer(pooled)
  expect(pooled.toString()).toBe('a few bytes')
})
