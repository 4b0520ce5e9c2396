import { expect, test } from 'vitest'
import type { Sample } from './ratios.ts'
import { judge, type Target } from './verdict.ts'

const sample = (contender: string, round: number, value: number): Sample => ({
  contender,
  round,
  value,
  cpuMicros: 1_000 / value,
})
const of = { contender: 'IMChannel' }
const against = { contender: 'Go' }
const base = { what: 'ingress', workload: 'ingress-1', unit: 'x', of }
const rounds = [
  sample('IMChannel', 1, 60),
  sample('Go', 1, 100),
  sample('Go', 2, 50),
  sample('IMChannel', 2, 40),
  sample('IMChannel', 3, 90),
  sample('Go', 3, 300),
]

test.each<[string, Target, string, number | undefined]>([
  ['a ratio of the same round, by its median', { ...base, against, atLeast: 0.6 }, 'met', 0.6],
  ['one that is not reached', { ...base, against, atLeast: 0.61 }, 'missed', 0.6],
  ['one that is exceeded', { ...base, against, atMost: 0.5 }, 'missed', 0.6],
  ['a figure by itself', { ...base, atMost: 60 }, 'met', 60],
  ['the CPU of the same round', { ...base, of: { ...of, cpu: true }, against, atMost: 1.7 }, 'met', 1_000 / 60 / 10],
  ['what has no figure', { ...base, of: { contender: 'nobody' }, atMost: 60 }, 'not measured', undefined],
  ['a figure of another kind', { ...base, of: { ...of, figure: 'p99' }, atMost: 60 }, 'not measured', undefined],
])('judges %s', (_what, target, state, median) => {
  const verdict = judge(target, rounds)
  expect(verdict.state).toBe(state)
  expect(verdict.measured?.median).toBe(median)
})
