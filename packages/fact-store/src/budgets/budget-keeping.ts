import { runScript, type RedisClient } from '@imchannel/redis'
import { LEASE, RELEASE } from '../scripts.ts'
import type { Places } from '../window-reading.ts'
import {
  budgetLeaseKey,
  budgetReadingKey,
  counterKey,
  openKey,
  unansweredKey,
  type CounterName,
} from './budget-keys.ts'
import { ADVANCE_BUDGETS, RESTORE_BUDGETS, SNAPSHOT_BUDGETS } from './budget-scripts.ts'

/** What a record of Kafka says of one message's count, or of a conversation. */
export type CounterChange =
  | { readonly do: 'accept'; readonly counter: CounterName; readonly messageId: string; readonly units: number }
  | { readonly do: 'free'; readonly counter: CounterName; readonly previous: string; readonly messageId: string }
  | {
      readonly do: 'settle'
      readonly counter: CounterName
      readonly previous: string
      readonly messageId: string
      /** The highest counts. */
      readonly rank: number
      /** Undefined: what it costs is not known. */
      readonly units: number | undefined
      /** What it had reserved, where that was forgotten. */
      readonly reserved: number
      /** Whether one that was forgotten belongs to it. */
      readonly isIncluded: boolean
    }
  /** A customer wrote (epoch ms), under one of its names. */
  | { readonly do: 'heard'; readonly from: string; readonly to: string; readonly at: number }

/** One count as it is kept in Kafka. */
export interface KeptCount extends CounterName {
  readonly used: number
  readonly settled: number
  /** What may be on its way: units by messageId. */
  readonly open: Readonly<Record<string, number>>
}

export interface KeptBudgets {
  /** Everything before these places is in it. */
  readonly places: Places
  readonly counts: readonly KeptCount[]
}

/** The counts of tenants, as whoever follows Kafka keeps them. Rejects with `RedisUnavailable`. */
export interface BudgetKeeping {
  /** Takes the lease, or keeps it. `now` is Redis's time, epoch ms. */
  lease(owner: string, ms: number): Promise<{ isMine: boolean; now: number }>
  release(owner: string): Promise<void>
  /** How far Kafka was read into a tenant's counts; undefined where they are not there. */
  placesOf(tenant: string): Promise<Places | undefined>
  /** Puts what Kafka has in place of counts that are not there. Nothing is sure until all that came since has been read. */
  restore(tenant: string, kept: KeptBudgets): Promise<void>
  /** `behind`: counts are not there, or have not been read as far as this begins; then nothing was changed. */
  advance(tenant: string, stretch: BudgetStretch): Promise<'taken' | 'behind'>
  /** In one moment. `changes` differs where any count does; undefined where nothing is there. */
  snapshot(tenant: string, names: readonly CounterName[]): Promise<(KeptBudgets & { changes: string }) | undefined>
}

export interface BudgetStretch {
  readonly base: Places
  readonly next: Places
  /** Redis's time (epoch ms) before the ends of all partitions were asked for, where this reaches them. */
  readonly endsTakenAt?: number | undefined
  readonly changes: readonly CounterChange[]
}

/** Each holds Redis up for some milliseconds. */
const MOST_CHANGES = 500

/** @param prefix of the topics */
export function createBudgetKeeping(redis: RedisClient, { prefix }: { readonly prefix: string }): BudgetKeeping {
  const pairOf = (tenant: string, name: CounterName): string[] => [
    counterKey(tenant, prefix, name),
    openKey(tenant, prefix, name),
  ]

  async function advanceOnce(tenant: string, { base, next, endsTakenAt, changes }: BudgetStretch): Promise<unknown> {
    const keys = new Map<string, number>([[budgetReadingKey(tenant, prefix), 1]])
    const indexOf = (key: string): number => {
      const known = keys.get(key) ?? keys.size + 1
      keys.set(key, known)
      return known
    }
    const encoded = changes.map((change) => {
      if (change.do === 'heard') return { k: 'heard', c: indexOf(unansweredKey(tenant, prefix, change)), u: change.at }
      const [c, o] = pairOf(tenant, change.counter).map(indexOf)
      const one = { k: change.do, c, o, id: change.messageId }
      if (change.do === 'accept') return { ...one, u: change.units }
      const [p, q] = pairOf(tenant, { ...change.counter, period: change.previous }).map(indexOf)
      if (change.do === 'free') return { ...one, p, q }
      const { rank: v, units: u, reserved: r, isIncluded: m } = change
      return { ...one, p, q, v, u, r, m }
    })
    const places = [...next].map(([name, to]) => [name, base.get(name) ?? 0, to])
    const ends = endsTakenAt === undefined ? undefined : endsTakenAt * 1_000
    return runScript(redis, ADVANCE_BUDGETS, [...keys.keys()], [JSON.stringify({ ends, places, changes: encoded })])
  }

  return {
    lease: async (owner, ms) => {
      const answer = await runScript(redis, LEASE, [budgetLeaseKey(prefix)], [owner, ms])
      const [isMine, now]: unknown[] = Array.isArray(answer) ? answer : []
      return { isMine: isMine === 1, now: Number(now) }
    },

    release: async (owner) => {
      await runScript(redis, RELEASE, [budgetLeaseKey(prefix)], [owner])
    },

    placesOf: async (tenant) => {
      const reading = await redis.hgetall(budgetReadingKey(tenant, prefix))
      return reading['began'] === undefined ? undefined : placesIn(reading)
    },

    restore: async (tenant, { places, counts }) => {
      const keys = counts.flatMap((one) => pairOf(tenant, one))
      const kept = {
        places: [...places],
        counts: counts.map(({ used, settled, open }) => ({ used, settled, open: Object.entries(open) })),
      }
      await runScript(redis, RESTORE_BUDGETS, [budgetReadingKey(tenant, prefix), ...keys], [JSON.stringify(kept)])
    },

    advance: async (tenant, { changes, base, next, endsTakenAt }) => {
      // Places go on with the last part alone: they stand behind all that is in them.
      for (let at = 0; at + MOST_CHANGES < changes.length; at += MOST_CHANGES) {
        const part = { changes: changes.slice(at, at + MOST_CHANGES), base: new Map(), next: new Map() }
        if ((await advanceOnce(tenant, part)) !== 'taken') return 'behind'
      }
      const left = changes.slice(Math.floor(Math.max(0, changes.length - 1) / MOST_CHANGES) * MOST_CHANGES)
      return (await advanceOnce(tenant, { changes: left, base, next, endsTakenAt })) === 'taken' ? 'taken' : 'behind'
    },

    snapshot: async (tenant, names) => {
      const keys = names.flatMap((one) => pairOf(tenant, one))
      const answer = await runScript(redis, SNAPSHOT_BUDGETS, [budgetReadingKey(tenant, prefix), ...keys], [])
      const [reading, ...counts]: unknown[] = Array.isArray(answer) ? answer : []
      const fields = tableOf(reading)
      const { changes, began } = fields
      if (began === undefined || changes === undefined) return undefined
      return {
        changes,
        places: placesIn(fields),
        counts: names.map((name, at) => {
          const [used, settled, open]: unknown[] = Array.isArray(counts[at]) ? counts[at] : []
          const units = Object.entries(tableOf(open)).map(([id, one]) => [id, Number(one)])
          return { ...name, used: Number(used), settled: Number(settled), open: Object.fromEntries(units) }
        }),
      }
    },
  }
}

function placesIn(reading: Readonly<Record<string, string>>): Places {
  return new Map(Object.entries(reading).flatMap(([name, at]) => (name.includes(':') ? [[name, Number(at)]] : [])))
}

/** A hash as scripts give it: names and values in turn. */
function tableOf(answer: unknown): Record<string, string> {
  const list: string[] = Array.isArray(answer) ? answer.map(String) : []
  return Object.fromEntries(list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? '']] : [])))
}
