import { expect, test } from 'vitest'
import { createReplyBuffers } from './reply-buffers.ts'

const MIB = 1024 * 1024
const buffers = (): ReturnType<typeof createReplyBuffers> => createReplyBuffers({ maxBytes: 256 * 1024 })
const held = (): number => process.memoryUsage().arrayBuffers
const addressed = (bytes: Buffer): Buffer => Buffer.from(bytes.buffer)

test('memory that is given back is used again, for any length of its size', () => {
  const pool = buffers()
  const first = pool.take(200_002).fill('a')
  expect(pool.giveBack(first)).toBe(true)
  const second = pool.take(140_000)
  expect(second.toString('latin1', 0, 3)).toBe('aaa')
  expect([second.length, addressed(second).length]).toEqual([140_000, 256 * 1024 + 2])
})

test('every view of what is given back is empty, so that it shows nothing of the next reply', () => {
  const pool = buffers()
  const first = pool.take(200_002)
  const part = first.subarray(10, 20)
  pool.giveBack(part)
  pool.take(200_002).fill('b')
  expect([first.length, part.length]).toEqual([0, 0])
})

test('given back twice it is there once', () => {
  const pool = buffers()
  const first = pool.take(200_002)
  expect([pool.giveBack(first), pool.giveBack(first)]).toEqual([true, false])
  expect(pool.take(200_002).buffer).not.toBe(pool.take(200_002).buffer)
})

test('what came from elsewhere is not taken', () => {
  const other = Buffer.from('another')
  expect([buffers().giveBack(other), buffers().giveBack(buffers().take(20_000)), other.toString()]).toEqual([
    false,
    false,
    'another',
  ])
})

test('no more than 16 MiB stay', () => {
  const pool = buffers()
  const before = held()
  const taken = Array.from({ length: 100 }, () => pool.take(200_002))
  expect(held() - before).toBeGreaterThan(24 * MIB)
  for (const one of taken) pool.giveBack(one)
  expect(held() - before).toBeLessThan(17 * MIB)
})
