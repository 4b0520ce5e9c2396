import { expect, test } from 'vitest'
import { createReaders } from './readers.ts'

const MIB = 1024 * 1024

/** How many get in of so many. */
function enter(readers: ReturnType<typeof createReaders>, network: string, count: number): (() => void)[] {
  return Array.from({ length: count }, () => readers.enter(network)).filter((leave) => leave !== undefined)
}

test('a network has three quarters of the room, and others find the rest', () => {
  const readers = createReaders(512 * MIB)
  expect(enter(readers, 'a', 1_000)).toHaveLength(192)
  expect(enter(readers, 'b', 1_000)).toHaveLength(48)
  expect(enter(readers, 'c', 1_000)).toHaveLength(12)
  expect(enter(readers, 'a', 1)).toHaveLength(0)
})

test('the last place is for one that has none', () => {
  const readers = createReaders(8 * MIB)
  expect(['a', 'a', 'b', 'c', 'd'].map((network) => readers.enter(network) !== undefined)).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
})

test('who has been answered leaves room', () => {
  const readers = createReaders(512 * MIB)
  for (const leave of enter(readers, 'a', 1_000)) leave()
  expect(enter(readers, 'a', 1_000)).toHaveLength(192)
})

test('of much memory no more is taken than Redis can be asked for at once', () => {
  expect(enter(createReaders(64 * 1024 * MIB), 'a', 1_000)).toHaveLength(384)
})
