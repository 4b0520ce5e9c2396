import { expect, test } from 'vitest'
import { createSharedBudget } from './byte-budget.ts'

test('bodies of one tenant leave a quarter to others, of whom each leaves a quarter of that', () => {
  const budget = createSharedBudget(() => 128)
  const fill = (tenant: string): number => {
    let bodies = 0
    while (budget.for(tenant).take(1)) bodies++
    return bodies
  }
  expect([fill('a'), fill('b'), fill('c'), fill('a')]).toEqual([96, 24, 6, 0])
  expect(budget.used()).toBe(126)
})

test('the only body of a tenant may have all that is left', () => {
  const budget = createSharedBudget(() => 100)
  const large = budget.for('a')
  expect([large.take(60), large.take(40), large.used()]).toEqual([true, true, 100])
  expect(budget.for('a').take(1)).toBe(false)
  large.give(100)
  expect([large.used(), budget.used()]).toEqual([0, 0])
})

test('what is given back is room again, for whoever asks', () => {
  let limit = 16
  const budget = createSharedBudget(() => limit)
  const [first, second] = [budget.for('a'), budget.for('a')]
  expect([first.take(8), second.take(8)]).toEqual([true, false])
  first.give(8)
  expect(second.take(8)).toBe(true)
  limit = 8
  expect(budget.for('b').take(1)).toBe(false)
})
