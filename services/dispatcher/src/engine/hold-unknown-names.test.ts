import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createHoldUnknownNames } from './hold-unknown-names.ts'
import type { Work } from './work.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** As far as a hold looks at it. */
function work(from: string, over: { deadline?: number; signal?: AbortSignal } = {}): Work {
  const { deadline = Infinity, signal = new AbortController().signal } = over
  return { command: { tenant: 'acme', from }, deadline: { at: deadline }, signal } as unknown as Work
}

it('holds what the configuration does not know until it does', async () => {
  const known = new Set<string>()
  const hold = createHoldUnknownNames({ isKnown: (_, number) => known.has(number) })
  let isOver = false
  const held = hold(work('1'))?.then(() => (isOver = true))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(isOver).toBe(false)
  known.add('1')
  await vi.advanceTimersByTimeAsync(1_000)
  await held
  expect(isOver).toBe(true)
  expect(hold(work('1'))).toBeUndefined()
})

it('believes after a while that there is none, and from then on at once', async () => {
  const hold = createHoldUnknownNames({ isKnown: () => false })
  const first = hold(work('1'))
  await vi.advanceTimersByTimeAsync(21_000)
  await first
  await hold(work('1'))
})

it('holds nothing for longer than it may wait, nor more than its part of the window', async () => {
  const hold = createHoldUnknownNames({ isKnown: () => false })
  const brief = hold(work('1', { deadline: Date.now() + 1_000 }))
  await vi.advanceTimersByTimeAsync(1_500)
  await brief
  const held = Array.from({ length: 200 }, (_, index) => hold(work(`2${index}`)))
  await hold(work('3'))
  await vi.advanceTimersByTimeAsync(21_000)
  await Promise.all(held.map(async (one) => one))
})
