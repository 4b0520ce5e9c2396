import { expect, test } from 'vitest'
import { createOffsetTracker } from './offset-tracker.ts'

test('the watermark is the lowest unfinished offset, or what comes next', () => {
  const tracker = createOffsetTracker(10)
  expect(tracker.watermark()).toBe(10)
  for (const offset of [10, 11, 12]) tracker.deliver(offset)
  tracker.finish(11)
  expect(tracker.watermark()).toBe(10)
  tracker.finish(10)
  expect(tracker.watermark()).toBe(12)
  tracker.finish(12)
  expect(tracker.watermark()).toBe(13)
})

test('gaps that compaction and transaction markers leave are stepped over', () => {
  const tracker = createOffsetTracker(0)
  for (const offset of [3, 7]) tracker.deliver(offset)
  tracker.skipTo(20)
  expect(tracker.watermark()).toBe(3)
  tracker.finish(7)
  tracker.finish(3)
  expect(tracker.watermark()).toBe(20)
})

test('an offset is delivered once', () => {
  const tracker = createOffsetTracker(5)
  expect([5, 6, 6, 5, 4].map((offset) => tracker.deliver(offset))).toEqual([true, true, false, false, false])
})

test('a million finished behind one that is stuck are one entry', () => {
  const tracker = createOffsetTracker(0)
  tracker.deliver(0)
  for (let offset = 1; offset <= 1_000_000; offset++) {
    tracker.deliver(offset)
    tracker.finish(offset)
  }
  expect(tracker.unfinished()).toBe(1)
  expect(tracker.watermark()).toBe(0)
  tracker.finish(0)
  expect(tracker.watermark()).toBe(1_000_001)
})
