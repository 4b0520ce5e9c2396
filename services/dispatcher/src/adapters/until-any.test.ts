import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { joinWith, untilAny } from './until-any.ts'
import { Abandoned, unlessAbandoned, wait } from './wait.ts'

test('a signal until any of several fires with the first of them, and is not told of the others once it is disposed of', () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const until = untilAny([first.signal, second.signal])
  const gone = untilAny([first.signal])
  gone[Symbol.dispose]()
  expect(until.signal.aborted).toBe(false)
  first.abort()
  expect(until.signal.aborted).toBe(true)
  expect(gone.signal.aborted).toBe(false)
  expect(untilAny([first.signal]).signal.aborted).toBe(true)
})

test('a signal until a time fires then, and one far away not before', () => {
  vi.useFakeTimers()
  const [near, far] = [untilAny([], 200), untilAny([], 3_600_100)]
  vi.advanceTimersByTime(200)
  expect([near.signal.aborted, far.signal.aborted]).toEqual([true, false])
  vi.advanceTimersByTime(3_599_899)
  expect(far.signal.aborted).toBe(false)
  vi.advanceTimersByTime(901)
  expect(far.signal.aborted).toBe(true)
  vi.useRealTimers()
})

test.each(['first', 'second'] as const)('a joined signal is the same each time, and fires with the %s', (which) => {
  const signals = { first: new AbortController(), second: new AbortController() }
  const join = joinWith(signals.first.signal)
  const joined = join(signals.second.signal)
  expect(join(signals.second.signal)).toBe(joined)
  expect(join(new AbortController().signal)).not.toBe(joined)
  signals[which].abort()
  expect(joined.aborted).toBe(true)
})

test('whatever waits on a signal, it has one listener, and everybody is told', async () => {
  const { signal, abort } = controller()
  const waits = [wait(60_000, signal), unlessAbandoned(new Promise(() => undefined), signal), wait(60_000, signal)]
  const done = unlessAbandoned(Promise.resolve('value'), signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  expect(await done).toBe('value')
  abort()
  const settled = await Promise.allSettled(waits)
  expect(settled.map((one) => one.status === 'rejected' && one.reason instanceof Abandoned)).toEqual([true, true, true])
  await expect(wait(0, signal)).rejects.toThrow(Abandoned)
  await expect(unlessAbandoned(Promise.reject(new Error('too late')), signal)).rejects.toThrow(Abandoned)
})

function controller() {
  const made = new AbortController()
  return { signal: made.signal, abort: () => made.abort() }
}
