import type { Logger } from '@imchannel/logging'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createProgress } from './progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const IDLE = { topic: 'inbound', unfinished: 0, oldestUnfinishedAt: undefined, failure: undefined }

/** What is said of a store, as its partitions lag behind. */
function follow() {
  const lines: string[] = []
  const state = { lags: [undefined, undefined] as (number | undefined)[], records: 0 }
  // `as`: of a log it needs this.
  const log = { info: (_facts: unknown, text: string) => lines.push(text) } as unknown as Logger
  const progress = createProgress({
    lag: () => state.lags.map((lag, partition) => ({ ...IDLE, partition, lag })),
    missing: () => [],
    records: () => Promise.resolve(state.records),
    log,
  })
  return { lines, state, progress }
}

test('nothing is said of topics in which nothing was ever written', async () => {
  const { lines, progress } = follow()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines).toEqual([])
  progress.stop()
})

test('a long reading is told while it lasts, and its end once', async () => {
  const { lines, state, progress } = follow()
  state.lags = [5_000, 0]
  await vi.advanceTimersByTimeAsync(5_000)
  Object.assign(state, { lags: [0, 0], records: 5_000 })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines).toEqual(['reads: 5000 records behind, 0 a second', 'has read all: 5000 records'])
  progress.stop()
})
