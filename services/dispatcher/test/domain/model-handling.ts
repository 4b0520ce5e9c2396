import type { LedgerEntry } from '@imchannel/ledger'
import { fixedForm } from '../../src/domain/gates/form-of.ts'
import type { FormName } from '../../src/domain/gates/gate-reading.ts'
import { learn, NOTHING_KNOWN } from '../../src/domain/known.ts'
import type { Known, Learned } from '../../src/domain/known.ts'
import type { Facts, Step } from '../../src/domain/next-step.ts'
import { decodeOutcome, encodeOutcome } from '../../src/domain/outcome.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { commandError } from '../../src/errors.ts'
import type { Chance } from './chance.ts'
import { RedisAway } from './world.ts'
import type { World } from './world.ts'

const UNSOUND = { isSound: false, counts: [], unanswered: 0, isHeardOf: false, readAt: 0 } as const

/** A command of the model: its id says what it is. */
export interface ModelCommand {
  readonly id: string
  readonly isDryRun: boolean
  /** It has a second form, for a window that is closed. */
  readonly hasFallback?: boolean
  readonly expiresAt: number
}

export type Rule = (facts: Facts) => Step

/** Whether the handling has ended its command, moved it, left it to be taken up anew, or did one thing of many. */
export type Handled = 'done' | 'parked' | 'again'

export interface ModelHandling {
  readonly owner: string
  readonly origin: 'source' | 'parked'
  /** Its partition went to somebody else; noticed where the process is not frozen. */
  isAbandoned: boolean
  /** Goes on to the next point at which a process can die. */
  advance(): Handled | undefined
}

export interface HandlingOptions {
  world: World
  chance: Chance
  rule: Rule
  command: ModelCommand
  origin: 'source' | 'parked'
  /** Since when its partition is with the process that handles it. */
  ownedSince: number
  /** Why it has to wait in the parked topic. */
  parkReason: () => string | undefined
}

type Conclusion = Extract<Step, { do: 'conclude' }>

class Abandoned extends Error {}

let owners = 0
const DAY_MS = 86_400_000

/** Drives one command by the rule alone, in a world where the process may end at each `yield`. */
export function createModelHandling(options: HandlingOptions): ModelHandling {
  const { world, chance, rule, command, origin, ownedSince, parkReason } = options
  const { id } = command
  const owner = `owner-${++owners}`
  const beganAt = world.now
  const mayGoAtOnce = chance.pickEvenly([true, false])
  const hasBudgets = chance.pickEvenly([true, false])
  /** What its budgets have counted is being made anew. */
  let isUnsound = false
  let known: Known = NOTHING_KNOWN
  let decidedAt = beganAt
  const handling = { owner, origin, isAbandoned: false, advance }
  const steps = run()

  function advance(): Handled | undefined {
    try {
      const { done, value } = steps.next()
      return done === true ? value : undefined
    } catch (error) {
      if (error instanceof RedisAway || error instanceof Abandoned) return 'again'
      throw error
    }
  }

  function facts(): Facts {
    const { now } = world
    const { look } = known
    const entry = look?.held.kind === 'entry' ? look.held.entry : undefined
    const account = world.hasAccount ? { onUnknown: world.onUnknown } : undefined
    const isInDoubt = entry?.state === 'sending' || entry?.state === 'unknown'
    return {
      now,
      elapsedMs: now - beganAt,
      deadline: { at: command.expiresAt, reason: 'late', byAge: beganAt + DAY_MS },
      owner,
      isSuspect: world.isSuspect(beganAt),
      suspectSince: suspectSince(),
      isDryRun: command.isDryRun,
      fit: fit(now),
      isUnjudged: false,
      hasBudgets,
      hasFallback: command.hasFallback === true,
      mayGoAtOnce: world.isWell && mayGoAtOnce,
      account,
      maker: isInDoubt
        ? { unknownAfterMs: world.unknownAfterMs, isCovered: world.isCovered, isPresent: world.hasAccount }
        : undefined,
      isMoved: handling.isAbandoned || !world.hasAccount,
      known,
    }
  }

  /** Not of a copy: it may have been parked after the loss, by who had made a request since. */
  function suspectSince(): number | undefined {
    const noticedAt = origin === 'parked' ? undefined : world.noticedAt
    return noticedAt === undefined ? undefined : Math.max(noticedAt, ownedSince)
  }

  function fit(now: number): Facts['fit'] {
    if (!world.hasAccount)
      return { kind: 'end', outcome: { how: 'rejected', at: now, error: commandError('unknown_sender') } }
    if (command.expiresAt <= now)
      return { kind: 'end', outcome: { how: 'expired', at: now, error: commandError('expired') } }
    const form = formNow()
    if (form === 'lost')
      return { kind: 'end', outcome: { how: 'rejected', at: now, error: commandError('outcome_unknown') } }
    if (command.isDryRun) return { kind: 'end', outcome: { how: 'accepted', at: now } }
    return isUnsound ? { kind: 'wait', because: 'budget counts' } : { kind: 'send', form, advice: [] }
  }

  function formNow(): FormName | 'lost' {
    if (command.hasFallback !== true) return 'content'
    return fixedForm(known, world.isSuspect(beganAt)) ?? (world.isWindowOpen ? 'content' : 'fallback')
  }

  function* run(): Generator<void, Handled> {
    for (;;) {
      const step = rule(facts())
      decidedAt = world.now
      const result = yield* take(step)
      if (typeof result === 'string') return result
      known = learn(known, result)
      yield
    }
  }

  /** Whoever waits or reads hears that it is not wanted any more. */
  function check(): void {
    if (handling.isAbandoned) throw new Abandoned()
  }

  function* take(step: Step): Generator<void, Handled | Learned> {
    switch (step.do) {
      case 'finish-repeat':
        return 'done'
      case 'report-settled':
        return yield* tell(outcomeOf(step.entry))
      case 'conclude':
        return yield* conclude(step)
      case 'park':
        check()
        return 'parked'
      case 'mark-unknown':
        world.ask(owner, (ledger) => ledger.presumeUnknown(id, step.since))
        return { what: 'marked-unknown' }
      case 'mark-owner-lost':
        world.ask(owner, (ledger) => ledger.markOwnerLost(id, step.owner))
        return { what: 'changed' }
      case 'look': {
        check()
        const entry = world.ask(owner, (ledger) => ledger.look(id))
        return {
          what: 'look',
          look: { now: world.now, held: entry === undefined ? { kind: 'absent' } : { kind: 'entry', entry } },
        }
      }
      case 'ask-parking':
        check()
        return { what: 'parking', reason: parkReason() }
      case 'ask-logs': {
        check()
        world.pass(chance.pick([100, 5_000]))
        return { what: 'logs', finding: world.logs(id) }
      }
      case 'read-facts':
        throw new Error('nothing is to be read')
      case 'prepare-media': {
        check()
        const media = chance.pick(['ready', 'later', 'refused'])
        if (media === 'ready') return { what: 'media', media: { kind: 'ready' }, form: step.form }
        return media === 'later'
          ? { what: 'media', media: { kind: 'later', reason: 'gone' }, form: step.form }
          : { what: 'media', media: { kind: 'refused', error: commandError('media_empty') }, form: step.form }
      }
      case 'obtain-permit':
        check()
        world.pass(chance.pick([1, 1_000, 30_000]))
        return chance.pick(['permit', 'changed']) === 'permit' ? { what: 'permit' } : { what: 'changed' }
      case 'reserve':
        check()
        isUnsound = chance.pick(['sound', 'unsound']) === 'unsound'
        return isUnsound
          ? { what: 'not-reserved', budgets: UNSOUND }
          : { what: 'reserved', reserved: [{ budget: 'tenant/day/messages', scope: '-', period: 'today', units: 1 }] }
      case 'claim-at-once':
      case 'claim':
        return claim(step)
      case 'request':
        return yield* request()
      case 'release-claim': {
        yield* untilWritten((ledger) => ledger.settle(id, owner, { state: step.as }))
        return { what: 'released', as: step.as, isOpen: step.isOpen, pause: step.pause }
      }
      case 'wait':
        return wait(step.ms === 'backoff' ? 1_000 : step.ms)
      case 'wait-for-clocks':
      case 'wait-for-newer':
        return wait(step.ms)
    }
  }

  function wait(ms: number): Learned {
    check()
    isUnsound = false
    world.pass(ms)
    return { what: 'changed' }
  }

  function claim(step: Extract<Step, { do: 'claim-at-once' | 'claim' }>): Learned {
    const askedAtMs = world.now - beganAt
    const { decided } = step
    const { form } = decided
    const verdict = world.ask(owner, (ledger) =>
      step.do === 'claim' ? ledger.claim(id, owner, step.judged, form) : ledger.claimNew(id, owner, form),
    )
    // By Redis's clock now: a claim that was found standing, in a ledger that was set back, may have an earlier time.
    const at = world.now
    const entry = world.ledger.look(id)
    if (verdict !== 'claimed' || entry === undefined) return { what: 'changed' }
    if (step.do === 'claim-at-once' && chance.pick(['permit', 'none']) === 'none') {
      world.ask(owner, (ledger) => ledger.withdraw(id, owner))
      return { what: 'changed' }
    }
    const judged = step.do === 'claim' ? step.judged : undefined
    return { what: 'claimed', claim: { tries: entry.tries, at, form }, askedAtMs, judged, decided }
  }

  function* request(): Generator<void, Learned> {
    const { hand } = known
    const form = hand.is === 'claimed' ? hand.claim.form : undefined
    const { answer, afterMs } = world.request(id, form ?? 'content')
    yield
    world.pass(afterMs)
    return { what: 'answered', answer }
  }

  function* conclude({ outcome, unknownAt }: Conclusion): Generator<void, Handled | Learned> {
    const settlement = { state: outcome.how, outcome: encodeOutcome(outcome), unknownAt }
    const verdict = yield* untilWritten((ledger) => ledger.settle(id, owner, settlement))
    if (verdict !== 'written') return { what: 'disputed' }
    yield
    return yield* tell(outcome)
  }

  function* tell(outcome: Outcome): Generator<void, Handled> {
    world.tell(id, outcome, decidedAt)
    yield
    yield* untilWritten((ledger) => ledger.reported(id))
    return 'done'
  }

  function* untilWritten<T>(write: (ledger: World['ledger']) => T): Generator<void, T> {
    for (;;) {
      try {
        return world.ask(owner, write)
      } catch (error) {
        if (!(error instanceof RedisAway)) throw error
        yield
        world.pass(500)
      }
    }
  }

  return handling
}

function outcomeOf({ state, outcome, at }: LedgerEntry): Outcome {
  if (state !== 'accepted' && state !== 'rejected' && state !== 'expired') throw new Error(`${state} is no outcome`)
  return decodeOutcome(state, outcome, at)
}
