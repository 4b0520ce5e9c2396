import { describe, expect, it } from 'vitest'
import { retryDelay } from './retry-delay.ts'

describe('the delay before a retry', () => {
  it.each([
    [1, 0, 250],
    [1, 0.999, 500],
    [2, 0, 500],
    [5, 0, 4_000],
    [50, 0, 15_000],
    [50, 1, 30_000],
  ])('after attempt %i with chance %f is %i ms', (attempt, random, ms) => {
    expect(retryDelay(attempt, random)).toBe(ms)
  })
})
