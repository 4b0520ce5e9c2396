import { expect, test } from 'vitest'
import { suspicions } from './suspicion.ts'

const order = { fastest: 'Go', slowest: 'naive' }
const samples = (figures: Record<string, number>) =>
  Object.entries(figures).map(([contender, value]) => ({ contender, round: 1, value }))

test.each([
  ['the order that must be', { ours: 2, Go: 3, naive: 1 }, []],
  ['one that outruns the limit', { ours: 4, Go: 3, naive: 1 }, ['ours is faster than Go']],
  ['one that is slower than the naive', { ours: 0.5, Go: 3, naive: 1 }, ['ours is slower than naive']],
  ['an absent peer', { ours: 2, naive: 1 }, []],
])('sees %s', (_what, figures, expected) => {
  expect(suspicions(samples(figures), order)).toEqual(expected)
})
