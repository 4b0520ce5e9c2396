import { nextStep } from '../../src/domain/next-step.ts'
import { createChance } from './chance.ts'
import { createModelHandling } from './model-handling.ts'
import type { ModelCommand, ModelHandling, Rule } from './model-handling.ts'
import { Broken, createWorld } from './world.ts'

/** What can happen between any two effects. The first is that nothing does. */
const EVENTS = [
  'nothing',
  'crash',
  'rebalance',
  'frozen owner goes on',
  'redis goes back',
  'report',
  'account falls ill',
  'account is well',
  'account is removed',
  'account is back',
  'window opens or closes',
] as const

/** Effects after which a history without further faults is over: 60 s of waiting is some dozens. */
const MOST_TURNS = 2_000
const DAY_MS = 86_400_000
const FROZEN_MS = 120_000

/**
 * One history of a conversation of two commands, and a check alone: `choices` says what goes wrong and when, and after the
 * last of them nothing does any more. @throws Broken
 */
export function runHistory(choices: readonly number[], rule: Rule = nextStep): void {
  const chance = createChance(choices)
  const world = createWorld(chance)
  const begin = world.now
  const messages: ModelCommand[] = [
    { id: 'c1', isDryRun: false, expiresAt: begin + chance.pickEvenly([DAY_MS, 20_000, 90_000]) },
    { id: 'c2', isDryRun: false, hasFallback: true, expiresAt: begin + DAY_MS },
  ]
  const check: ModelCommand = { id: 'dry', isDryRun: true, expiresAt: begin + DAY_MS }
  const commands = chance.pickEvenly(['after', 'before']) === 'after' ? [...messages, check] : [check, ...messages]
  // A Redis that forgets, beside an owner that wakes up after its partition has gone to another: nothing is promised of both.
  const canLose = chance.pickEvenly([true, false])
  const parked: ModelCommand[] = []
  /** Commands below are finished, as this owner knows; below `committed`, as Kafka does. */
  let next = 0
  let committed = 0
  let source: ModelHandling | undefined
  let drain: ModelHandling | undefined
  let frozen: ModelHandling[] = []
  let ownedSince = begin

  const parkReason = (): string | undefined => (!world.isWell || parked.length > 0 ? 'not well' : undefined)

  function take(origin: ModelHandling['origin'], command: ModelCommand): ModelHandling {
    const reason = origin === 'source' ? parkReason : () => undefined
    return createModelHandling({ world, chance, rule, command, origin, ownedSince, parkReason: reason })
  }

  function advanceSource(): void {
    const command = commands[next]
    if (command === undefined) return
    source ??= take('source', command)
    const handled = source.advance()
    if (handled === undefined) return
    source = undefined
    if (handled === 'again') return world.pass(1_000)
    if (handled === 'parked') parked.push(command)
    next++
    if (chance.pick(['committed', 'not yet']) === 'committed') committed = next
  }

  function advanceParked(): void {
    const [command] = parked
    if (command === undefined) return
    if (!world.isWell) return
    drain ??= take('parked', command)
    const handled = drain.advance()
    if (handled === undefined) return
    drain = undefined
    if (handled === 'again') return world.pass(1_000)
    parked.shift()
  }

  function giveUpPartitions(how: 'crash' | 'rebalance'): void {
    if (how === 'rebalance' && !canLose) frozen.push(...[source, drain].filter((one) => one !== undefined))
    source = drain = undefined
    next = committed
    world.pass(chance.pickEvenly([1_000, 10_000]))
    ownedSince = world.now
  }

  function goOnFrozen(): void {
    const [first] = frozen
    if (first === undefined) return
    world.pass(chance.pickEvenly([1, FROZEN_MS]))
    first.isAbandoned = chance.isUsedUp || chance.pickEvenly(['noticed', 'not yet']) === 'noticed'
    if (first.advance() !== undefined) frozen.shift()
  }

  function happen(event: (typeof EVENTS)[number]): void {
    switch (event) {
      case 'nothing':
        return
      case 'crash':
      case 'rebalance':
        return giveUpPartitions(event)
      case 'frozen owner goes on':
        return goOnFrozen()
      case 'redis goes back':
        if (canLose) world.loseWrites((source ?? drain)?.owner)
        return
      case 'report':
        return world.report()
      case 'account falls ill':
      case 'account is well':
        world.isWell = event === 'account is well'
        return
      case 'window opens or closes':
        world.isWindowOpen = !world.isWindowOpen
        return
      case 'account is removed':
      case 'account is back':
        world.hasAccount = event === 'account is back'
        return
    }
  }

  const isOver = (): boolean => next === commands.length && parked.length === 0 && frozen.length === 0
  for (let turn = 0; !(chance.isUsedUp && isOver()); turn++) {
    if (turn > choices.length + MOST_TURNS) throw new Broken('lost', `no end after ${turn} turns`)
    if (chance.isUsedUp) world.isWell = world.hasAccount = true
    happen(chance.pick(EVENTS))
    if (chance.isUsedUp) {
      goOnFrozen()
      if (world.doReportsCome) world.report()
    }
    if (chance.pick(['source', 'parked']) === 'source') advanceSource()
    else advanceParked()
    if (chance.isUsedUp || next === commands.length) advanceParked()
  }
  world.pass(DAY_MS)
  world.checkEnd(commands.map(({ id }) => id))
}
