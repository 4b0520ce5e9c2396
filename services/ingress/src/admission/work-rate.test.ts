import { expect, test } from 'vitest'
import { createWorkRate } from './work-rate.ts'

function rateAt() {
  const clock = { now: 0, active: 0 }
  const rate = createWorkRate({ now: () => clock.now, activeMs: () => clock.active })
  const pass = (ms: number, { active, done }: { active: number; done: number }): void => {
    clock.now += ms
    clock.active += active
    rate.note(done)
  }
  return { rate, pass }
}

test('what is done is measured by the time for which the loop was active', () => {
  const { rate, pass } = rateAt()
  for (let sample = 0; sample < 30; sample++) pass(1_000, { active: 100, done: 1_000_000 })
  expect(rate.perMs()).toBeCloseTo(10_000, -2)
})

test('while anything waits all time counts: it is Kafka that is waited for', () => {
  const { rate, pass } = rateAt()
  rate.waits(true)
  for (let sample = 0; sample < 30; sample++) pass(1_000, { active: 100, done: 1_000_000 })
  expect(rate.perMs()).toBeCloseTo(1_000, -2)
})

test('a loop that was hardly active says nothing', () => {
  const { rate, pass } = rateAt()
  const before = rate.perMs()
  pass(10_000, { active: 1, done: 50 })
  expect(rate.perMs()).toBe(before)
})
