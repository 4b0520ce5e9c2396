import { beforeEach, expect, it, vi } from 'vitest'
import { within } from './within.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => void vi.useRealTimers()
})

it('tells whether it was in time, and leaves no timer', async () => {
  expect(await within(Promise.resolve('anything'), 1_000)).toBe(true)
  const late = within(new Promise(() => undefined), 1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await late).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
})

it('hands a failure in time on, and leaves no timer', async () => {
  await expect(within(Promise.reject(new Error('broken')), 1_000)).rejects.toThrow('broken')
  expect(vi.getTimerCount()).toBe(0)
})
