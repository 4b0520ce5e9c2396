import { expect, it } from 'vitest'
import { nextStep } from '../../src/domain/next-step.ts'
import { createChance } from './chance.ts'
import { createModelHandling } from './model-handling.ts'
import type { Rule } from './model-handling.ts'
import { createWorld } from './world.ts'

const COMMANDS = 20
const parkReason = (): undefined => undefined

/** Every command of one conversation, one after the other, in a ledger that has lost all of them; by how long each took. */
function handleAfterLoss(rule: Rule): number[] {
  const chance = createChance([])
  const world = createWorld(chance)
  const ownedSince = world.now
  const ids = Array.from({ length: COMMANDS }, (_, index) => `c${index + 10}`)
  for (const id of ids) world.ask('former', (ledger) => ledger.settle(id, 'former', { state: 'idle' }))
  world.loseWrites(undefined)
  return ids.map((id) => {
    const command = { id, isDryRun: false, expiresAt: world.now + 86_400_000 }
    const options = { world, chance, rule, command, origin: 'source', ownedSince, parkReason } as const
    const handling = createModelHandling(options)
    const beganAt = world.now
    let handled = handling.advance()
    while (handled === undefined) handled = handling.advance()
    expect(handled).toBe('done')
    return world.now - beganAt
  })
}

it('all commands of a conversation share one wait after a loss', () => {
  const [first = 0, ...others] = handleAfterLoss(nextStep)
  expect(first).toBeGreaterThanOrEqual(60_000)
  expect(others.filter((ms) => ms > 5_000)).toEqual([])
})

it('where nobody can say when the loss was, each counts from its own first look', () => {
  const each = handleAfterLoss((facts) => nextStep({ ...facts, suspectSince: undefined }))
  expect(each.filter((ms) => ms < 60_000)).toEqual([])
})
