import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextStep } from '../../src/domain/next-step.ts'
import { CHOICES } from './chance.ts'
import type { Rule } from './model-handling.ts'
import { runHistory } from './run-history.ts'
import { SABOTAGES } from './sabotages.ts'

const histories = fc.array(fc.nat(CHOICES - 1), { maxLength: 300, size: 'max' })

/** Some faults do harm in one history of thousands: seeds that come upon one early. */
const SEEDS: Partial<Record<string, number>> = {
  'counts the age of a request from an entry that was set back': 17,
  'uses a claim however old it is': 4,
  'takes over an open request at once': 17,
  'forgets an earlier request over one that was not taken': 10,
}

/** Runs histories until a promise is broken, and says how; undefined where so many keep all of them. */
function findBroken(rule: Rule, numRuns: number, options: fc.Parameters<[number[]]> = {}): string | undefined {
  const property = fc.property(histories, (choices) => runHistory(choices, rule))
  const { failed, errorInstance, counterexample, seed } = fc.check(property, { numRuns, ...options })
  return failed ? `${String(errorInstance)}: ${JSON.stringify(counterexample)}, seed ${seed}` : undefined
}

it('nothing is sent twice, lost, reordered, or refused after it was taken, in 3,000 histories', () => {
  expect(findBroken(nextStep, 3_000)).toBeUndefined()
})

describe('a rule with one thought left out is found', () => {
  it.each(SABOTAGES)('$name', ({ name, rule }) => {
    expect(findBroken(rule, 50_000, { seed: SEEDS[name] ?? 1, endOnFailure: true })).toBeDefined()
  })
})
