import { expect, it } from 'vitest'
import type { Crime } from './check.ts'
import { command, found, outcome, remains, request } from './example-facts.ts'
import type { Fact } from './facts.ts'

const OVER: Partial<Record<Crime, number>> = { overspent: 1 }
const budget: Fact = { kind: 'budget', at: 0, tenant: 'acme', messages: 1 }
const offers = [0, 1, 2].map((index): Fact => ({
  kind: 'command',
  at: 0,
  id: `c${index}`,
  conversation: 'a',
  index,
  template: 'offer',
}))
const outcomes = [outcome(0), outcome(1), outcome(2)]
const oneByOne = [request(1, 0), request(2, 1), request(3, 2)]
const together = [1, 2, 3].map((seq) =>
  request(seq, seq - 1, { madeAt: 0, answer: { at: 9_000, status: 200, readable: true } }),
)

it.each<[string, Fact[], Partial<Record<Crime, number>>]>([
  ['more than a budget has, one after another, is overspent', [budget, ...offers, ...oneByOne], OVER],
  ['what was open at once may be', [budget, ...offers, ...together], {}],
  [
    'what Redis may have lost may be spent again',
    [budget, { kind: 'change', at: 0, of: 'redis' }, ...offers, ...oneByOne],
    {},
  ],
  ['what is no marketing is not counted', [budget, command(0), command(1), command(2), ...oneByOne], {}],
  ['who has no budget spends what it likes', [...offers, ...oneByOne], {}],
])('%s', (_what, facts, crimes) => {
  expect(found(facts, remains(outcomes, [1, 2, 3]))).toEqual(crimes)
})
