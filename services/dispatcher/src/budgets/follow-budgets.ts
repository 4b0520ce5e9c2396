import { setImmediate as turnEnd, setTimeout as sleep } from 'node:timers/promises'
import type { Tenant } from '@imchannel/config'
import type { BudgetKeeping, CounterChange, KeptBudgets, Places } from '@imchannel/fact-store'
import type { PartitionBounds, TopicReader } from '@imchannel/kafka'
import { placeName } from '../windows/plan-reading.ts'
import { changesOfRecord } from './changes-of-record.ts'

/** Counts in Redis are older than what was read into them, or are gone: they are made anew. */
export class CountsWentBack extends Error {
  override name = 'CountsWentBack'
}

export interface FollowBudgetsOptions {
  readonly reader: TopicReader
  readonly keeping: BudgetKeeping
  /** What Kafka keeps of a tenant. */
  readonly kept: ReadonlyMap<string, KeptBudgets>
  /** As configured now; a change of who they are ends the following. */
  readonly tenants: () => readonly Tenant[]
  /** Whether there are topics to follow that were not there at the beginning. */
  readonly isOutdated: () => Promise<boolean>
  /** Takes or keeps the lease; Redis's time. @throws where it is another's */
  readonly keepLease: () => Promise<number>
  /** A tenant's counts were not there. */
  readonly onRestored: (tenant: string, from: KeptBudgets | undefined) => void
  /** All is counted up to ends that were asked for at this time. */
  readonly onComplete: (tenants: readonly Tenant[], now: number) => Promise<void>
  readonly signal: AbortSignal
}

const PAUSE_MS = 300
const MOST_CHANGES = 500
const LEASE_EVERY_MS = 1_000
const OUTDATED_MS = 10_000

/** Counts what became of messages until the signal fires, or tenants or topics are others. @throws CountsWentBack, and where Kafka or Redis cannot be used */
export async function followBudgets(options: FollowBudgetsOptions): Promise<void> {
  const { reader, keepLease, tenants, signal } = options
  let now = await keepLease()
  let bounds = await reader.bounds()
  const names = namesOf(tenants())
  const follower = await begin(options, bounds)
  let lookedAt = performance.now()
  while (!signal.aborted && namesOf(tenants()) === names) {
    const limited = tenants()
    await follower.readTo(bounds, limited, now)
    await options.onComplete(limited, now)
    if (performance.now() - lookedAt > OUTDATED_MS) {
      if (await options.isOutdated()) return
      lookedAt = performance.now()
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    now = await keepLease()
    bounds = await reader.bounds()
  }
}

function namesOf(tenants: readonly Tenant[]): string {
  return tenants.map(({ id }) => id).join(' ')
}

/** Reads on from where the tenant that was read least stands. */
async function begin(options: FollowBudgetsOptions, bounds: readonly PartitionBounds[]) {
  const { keeping, kept, tenants, onRestored } = options
  const ends: Places = new Map(bounds.map((bound) => [placeName(bound), bound.high]))
  const all: Places[] = []
  for (const { id } of tenants()) {
    const found = await keeping.placesOf(id)
    const from = kept.get(id)
    // What was sent before a tenant had budgets is not counted.
    const restored = from ?? { places: ends, counts: [] }
    if (found === undefined) {
      await keeping.restore(id, restored)
      onRestored(id, from)
    }
    all.push(found ?? restored.places)
  }
  const base = new Map(
    bounds.map((bound) => [placeName(bound), Math.min(...all.map((places) => places.get(placeName(bound)) ?? 0))]),
  )
  return createReading(options, base)
}

function createReading({ reader, keeping, keepLease, signal }: FollowBudgetsOptions, begun: Places) {
  /** How far every tenant's counts say that they have been read. */
  let base = new Map(begun)

  async function write(
    limited: readonly Tenant[],
    stretch: { next: Map<string, number>; changes: ReadonlyMap<string, CounterChange[]>; endsTakenAt?: number },
  ): Promise<void> {
    const { next, changes, endsTakenAt } = stretch
    const taken = await Promise.all(
      limited.map(({ id }) => keeping.advance(id, { base, next, endsTakenAt, changes: changes.get(id) ?? [] })),
    )
    if (taken.includes('behind')) throw new CountsWentBack('Redis has gone back, or was emptied')
    base = next
  }

  return {
    readTo: async (bounds: readonly PartitionBounds[], limited: readonly Tenant[], now: number): Promise<void> => {
      const tenants = new Map(limited.map((tenant) => [tenant.id, tenant]))
      // What is no longer there, or is another topic's, is passed over.
      const places = new Map(
        bounds.map((bound) => {
          const at = base.get(placeName(bound)) ?? 0
          return [placeName(bound), at < bound.low || at > bound.high ? bound.low : at]
        }),
      )
      let changes = new Map<string, CounterChange[]>()
      let [count, leaseAt] = [0, performance.now()]
      for (;;) {
        const open = bounds.flatMap((bound) => {
          const offset = places.get(placeName(bound)) ?? bound.low
          return offset < bound.high ? [{ bound, offset }] : []
        })
        if (open.length === 0 || signal.aborted) break
        const next = await reader.fetch(
          open.map(({ bound: { topic, partition }, offset }) => ({ topic, partition, offset })),
          {
            take: (record) => {
              const found = changesOfRecord(record, { tenants, now })
              if (found === undefined) return
              count += found.changes.length
              changes.set(found.tenant, [...(changes.get(found.tenant) ?? []), ...found.changes])
            },
          },
        )
        for (const { topic, partition, offset } of next) {
          const bound = bounds.find((one) => one.topic === topic && one.partition === partition)
          if (bound !== undefined) places.set(placeName(bound), offset)
        }
        if (count >= MOST_CHANGES) {
          await write(limited, { next: new Map(places), changes })
          changes = new Map()
          count = 0
        }
        if (performance.now() - leaseAt > LEASE_EVERY_MS) {
          leaseAt = performance.now()
          await keepLease()
        }
        await turnEnd()
      }
      if (!signal.aborted) await write(limited, { next: new Map(places), changes, endsTakenAt: now })
    },
  }
}
