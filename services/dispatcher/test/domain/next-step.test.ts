import { describe, expect, it } from 'vitest'
import { nextStep } from '../../src/domain/next-step.ts'
import { STEP_TABLE } from './step-table.ts'

describe.each([...new Set(STEP_TABLE.map(({ ledger }) => ledger))])('where the ledger says %s', (ledger) => {
  it.each(STEP_TABLE.filter((row) => row.ledger === ledger))('$and: $step', ({ facts, step, with: more = {} }) => {
    expect(nextStep(facts)).toMatchObject({ do: step, ...more })
  })
})
