import { setImmediate as turnEnd } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { commandsAtTurnEnd, writesAtTurnEnd } from './at-turn-end.ts'

it('makes all commands of a turn before what connections hold back leaves, in the same turn', async () => {
  const order: string[] = []
  const command = (name: string) => () => {
    order.push(name)
    writesAtTurnEnd(() => order.push(`${name} leaves`))
  }
  writesAtTurnEnd(() => order.push('held back'))
  commandsAtTurnEnd(command('one'))
  commandsAtTurnEnd(command('two'))
  await turnEnd()
  expect(order).toEqual(['one', 'two', 'held back', 'one leaves', 'two leaves'])
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
