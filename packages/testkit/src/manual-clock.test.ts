import { expect, test } from 'vitest'
import { createManualClock } from './manual-clock.ts'

test('sleepers wake in the order of their time, and see it', async () => {
  const clock = createManualClock(0)
  const woken: [string, number][] = []
  const sleep = async (ms: number, name: string): Promise<void> => {
    await clock.sleep(ms)
    woken.push([name, clock.now()])
  }
  void sleep(200, 'late')
  void sleep(100, 'early').then(() => sleep(50, 'again'))
  await clock.advance(199)
  expect(woken).toEqual([
    ['early', 100],
    ['again', 150],
  ])
  await clock.advance(1)
  expect(woken.at(-1)).toEqual(['late', 200])
  expect(clock.sleeping()).toBe(0)
})

test('an aborted sleep rejects with the reason and sleeps no more', async () => {
  const clock = createManualClock()
  const abort = new AbortController()
  const sleep = clock.sleep(10, abort.signal)
  abort.abort(new Error('enough'))
  await expect(sleep).rejects.toThrow('enough')
  expect(clock.sleeping()).toBe(0)
})
