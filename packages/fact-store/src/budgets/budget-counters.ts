import { runScript, type RedisClient } from '@imchannel/redis'
import { budgetReadingKey, counterKey, openKey, unansweredKey, type CounterName } from './budget-keys.ts'
import { RESERVE } from './budget-scripts.ts'

/** One budget, as a message meets it. */
export interface AskedCounter extends CounterName {
  /** The period before: what was reserved then is not reserved again. */
  readonly previous: string
  /** Messages, or millionths of a currency. */
  readonly limit: number
  readonly units: number
  /** Beyond it nothing is reserved, of no budget. */
  readonly isEnforced: boolean
}

export interface BudgetQuery {
  readonly tenant: string
  readonly messageId: string
  readonly conversation: { readonly from: string; readonly to: string }
  /** Whether what is sent without an answer is counted. */
  readonly countsUnanswered: boolean
  readonly counters: readonly AskedCounter[]
}

export interface CountsRead {
  /** False while counts are being made anew, or nobody has followed Kafka for ten seconds. */
  readonly isSound: boolean
  /** `unsound`: a budget is enforced, and nobody knows how much of it is left; a budget's place in the query: there is no room in it. */
  readonly refused: 'unsound' | number | undefined
  /** Of each budget. */
  readonly counts: readonly CountRead[]
  /** Messages to the customer since it wrote last, without this one. */
  readonly unanswered: number
  /** Redis's time, and when Kafka's ends were asked for up to which all is counted; epoch ms. */
  readonly readAt: number
  readonly endsTakenAt: number
}

export interface CountRead {
  readonly used: number
  /** This message is in it. */
  readonly isHeld: boolean
}

/** What budgets have counted, in Redis. Rejects with `RedisUnavailable`. */
export interface BudgetCounters {
  look(query: BudgetQuery): Promise<CountsRead>
  /** Counts the message in all of these budgets, or in none; once, however often it is asked for. */
  reserve(query: BudgetQuery): Promise<CountsRead>
}

/** @param prefix of the topics */
export function createBudgetCounters(redis: RedisClient, { prefix }: { readonly prefix: string }): BudgetCounters {
  /** The latest moment (µs) that was seen in a tenant's counts: who says an earlier one has gone back. */
  const seen = new Map<string, number>()

  async function ask(mode: 'look' | 'reserve', query: BudgetQuery): Promise<CountsRead> {
    const { tenant, messageId, conversation, countsUnanswered, counters } = query
    const keys = counters.flatMap((one) => [
      counterKey(tenant, prefix, one),
      openKey(tenant, prefix, one),
      counterKey(tenant, prefix, { ...one, period: one.previous }),
    ])
    const answer = await runScript(
      redis,
      RESERVE,
      [budgetReadingKey(tenant, prefix), unansweredKey(tenant, prefix, conversation), ...keys],
      [
        seen.get(tenant) ?? 0,
        mode,
        messageId,
        countsUnanswered ? 1 : 0,
        ...counters.flatMap(({ units, limit, isEnforced }) => [units, limit, isEnforced ? 1 : 0]),
      ],
    )
    const { latest, ...read } = decode(answer)
    seen.set(tenant, Math.max(seen.get(tenant) ?? 0, latest))
    return read
  }

  return { look: (query) => ask('look', query), reserve: (query) => ask('reserve', query) }
}

/** @throws TypeError where the script's answer is none of its own */
function decode(answer: unknown): CountsRead & { latest: number } {
  if (!Array.isArray(answer))
    throw new TypeError('Redis answered a question about budgets with something else than a list')
  const [isSound, refused, now, latest, ends, unanswered, ...rest] = answer.map(Number)
  return {
    isSound: isSound === 1,
    refused: refused === -1 ? 'unsound' : refused === undefined || refused === 0 ? undefined : refused - 1,
    readAt: millis(now),
    latest: latest ?? 0,
    endsTakenAt: millis(ends),
    unanswered: unanswered ?? 0,
    counts: rest.flatMap((used, at) => (at % 2 === 0 ? [{ used, isHeld: rest[at + 1] === 1 }] : [])),
  }
}

function millis(micros = 0): number {
  return Math.floor(micros / 1_000)
}
