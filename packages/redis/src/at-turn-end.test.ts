import { setImmediate as turnEnd } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { commandsAtTurnEnd } from './at-turn-end.ts'

it('makes all commands of a turn at its end', async () => {
  const order: string[] = []
  commandsAtTurnEnd(() => order.push('one'))
  commandsAtTurnEnd(() => order.push('two'))
  expect(order).toEqual([])
  await turnEnd()
  expect(order).toEqual(['one', 'two'])
})

it('leaves to the next turn what commands ask for themselves', async () => {
  const order: string[] = []
  commandsAtTurnEnd(() => {
    order.push('first')
    commandsAtTurnEnd(() => order.push('next'))
  })
  await turnEnd()
  expect(order).toEqual(['first'])
  await turnEnd()
  expect(order).toEqual(['first', 'next'])
})
