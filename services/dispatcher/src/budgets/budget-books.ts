import { setTimeout as sleep } from 'node:timers/promises'
import type { SendMessage } from '@imchannel/events'
import type { BudgetCounters, BudgetQuery, CountsRead } from '@imchannel/fact-store'
import type { BudgetReading } from '../domain/gates/gate-reading.ts'
import { countingIn, meetBudgets } from '../domain/gates/sender-budgets.ts'
import type { BudgetedForm, MetBudget, SenderBudgets } from '../domain/gates/sender-budgets.ts'
import type { Learned } from '../domain/known.ts'

/** One message that asks its budgets. */
export interface AskedBudgets {
  readonly command: SendMessage
  readonly messageId: string
  readonly budgets: SenderBudgets
  readonly form: BudgetedForm
}

/** What budgets have counted. Where that is not kept it is `undefined`, and nothing is reserved. */
export interface BudgetBooks {
  look(asked: AskedBudgets): Promise<BudgetReading | undefined>
  /** Counts the message in each budget that covers it, or in none where an enforced one has no room. @throws RedisUnavailable */
  reserve(asked: AskedBudgets): Promise<Extract<Learned, { what: 'reserved' | 'not-reserved' }>>
}

export interface BudgetBooksOptions {
  readonly counters: BudgetCounters
  /** `starting`: whether counts can be kept is not known yet. */
  readonly state: () => 'starting' | 'on' | 'off'
}

/** Redis answers in milliseconds; what an answer waits for is looked at again by the command itself. */
const PATIENCE_MS = 1_000
/** What a customer has just written may not have been heard of yet. */
const SETTLE_MS = 700
const LOOK_MS = 100

export function createBudgetBooks({ counters, state }: BudgetBooksOptions): BudgetBooks {
  /** Redis's clock before this machine's, ms. */
  let aheadMs = 0

  async function ask(query: BudgetQuery, how: 'look' | 'reserve'): Promise<CountsRead> {
    const read = await counters[how](query)
    aheadMs = read.readAt - Date.now()
    return read
  }

  /** Where the limit is reached, once all that was in Kafka at the question has been heard of. */
  async function lookSettled(query: BudgetQuery, limit: number): Promise<CountsRead & { isHeardOf: boolean }> {
    const first = await ask(query, 'look')
    const deadline = performance.now() + SETTLE_MS
    let read = first
    while (read.unanswered >= limit && read.endsTakenAt < first.readAt) {
      if (performance.now() >= deadline) return { ...read, isHeardOf: false }
      await sleep(LOOK_MS)
      read = await ask(query, 'look')
    }
    return { ...read, isHeardOf: read.isSound }
  }

  function meet({ command: { from }, budgets, form }: AskedBudgets): { met: MetBudget[]; now: number } {
    const now = Date.now() + aheadMs
    return { met: meetBudgets(budgets, { from, form, now }), now }
  }

  return {
    look: async (asked) => {
      if (state() === 'off') return undefined
      const { met, now } = meet(asked)
      if (state() === 'starting') return unsound(now)
      const limit = asked.budgets.conversationLimit?.messages ?? Infinity
      const late = sleep(PATIENCE_MS, undefined, { ref: false })
      const read = await Promise.race([lookSettled(queryOf(asked, met), limit), late]).catch(() => undefined)
      return read === undefined ? unsound(now) : { ...readingOf(read, met, now), isHeardOf: read.isHeardOf }
    },

    reserve: async (asked) => {
      if (state() !== 'on') return { what: 'reserved', reserved: [] }
      const { met, now } = meet(asked)
      const counting = countingIn(met, asked.form)
      const read = await ask(queryOf(asked, counting), 'reserve')
      if (read.refused !== undefined) return { what: 'not-reserved', budgets: readingOf(read, counting, now) }
      const reserved = counting.map(({ budget, scope, period, units }) => ({ budget, scope, period, units }))
      return { what: 'reserved', reserved }
    },
  }
}

function queryOf({ command, messageId, budgets }: AskedBudgets, met: readonly MetBudget[]): BudgetQuery {
  return {
    tenant: command.tenant,
    messageId,
    conversation: { from: command.from, to: command.to },
    countsUnanswered: budgets.conversationLimit !== undefined,
    counters: met.map((one) => ({ ...one, isEnforced: one.rule.over === 'enforce' })),
  }
}

function unsound(readAt: number): BudgetReading {
  return { isSound: false, counts: [], unanswered: 0, isHeardOf: false, readAt }
}

function readingOf(
  { isSound, counts, unanswered }: CountsRead,
  met: readonly MetBudget[],
  readAt: number,
): BudgetReading {
  return {
    isSound,
    counts: met.map(({ budget, scope, period }, at) => {
      const { used, isHeld } = counts[at] ?? { used: 0, isHeld: false }
      return { budget, scope, period, used, isHeld }
    }),
    unanswered,
    isHeardOf: false,
    readAt,
  }
}
