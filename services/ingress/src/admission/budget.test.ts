import { expect, test } from 'vitest'
import { createBudget, TENANTS_SHARE } from './budget.ts'

test('bodies of one tenant leave a quarter to others, of whom each leaves a quarter of that', () => {
  const budget = createBudget(() => 128, TENANTS_SHARE)
  const fill = (tenant: string): number => {
    let bodies = 0
    while (budget.open(tenant).take(1)) bodies++
    return bodies
  }
  expect([fill('a'), fill('b'), fill('c'), fill('a')]).toEqual([96, 24, 6, 0])
  expect([budget.used(), budget.free()]).toEqual([126, 2])
})

test('the only body of a tenant may have all that is left', () => {
  const budget = createBudget(() => 100, TENANTS_SHARE)
  const large = budget.open('a')
  expect([large.take(60), large.take(40), large.held()]).toEqual([true, true, 100])
  expect(budget.open('a').take(1)).toBe(false)
  large.close()
  expect([large.held(), budget.used()]).toEqual([0, 0])
})

test('what is given back is room again, whoever asks for it', () => {
  let limit = 16
  const budget = createBudget(() => limit, TENANTS_SHARE)
  const [first, second] = [budget.open('a'), budget.open('a')]
  expect([first.take(8), second.take(8)]).toEqual([true, false])
  first.give(8)
  expect(second.take(8)).toBe(true)
  limit = 8
  expect(budget.open('b').take(1)).toBe(false)
})

test('what has been let in and turns out to be more is counted, too', () => {
  const budget = createBudget(() => 10, TENANTS_SHARE)
  budget.open('a').add(12)
  expect([budget.used(), budget.free(), budget.open('b').take(1)]).toEqual([12, 0, false])
})

test('an equal part is there whatever others hold beyond theirs', () => {
  let limit = 100
  const budget = createBudget(() => limit, TENANTS_SHARE)
  budget.open('a').add(75)
  limit = 50
  const quiet = budget.open('b')
  expect([quiet.take(1), quiet.takeEqualPart(25), quiet.takeEqualPart(1)]).toEqual([false, true, false])
})
