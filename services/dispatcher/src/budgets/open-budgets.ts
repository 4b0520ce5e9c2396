import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfigSource, Tenant } from '@imchannel/config'
import { createBudgetCounters, createBudgetKeeping } from '@imchannel/fact-store'
import { createProducer, readTopics } from '@imchannel/kafka'
import type { Logger } from '@imchannel/logging'
import type { DispatcherSettings } from '../config.ts'
import type { Connections } from '../connections.ts'
import { createBudgetBooks, type BudgetBooks } from './budget-books.ts'
import { createBudgetInstruments } from './budget-instruments.ts'
import { keptRecord, readKept } from './budget-topic.ts'
import { CountsWentBack, followBudgets } from './follow-budgets.ts'
import { allCounts, limitedTenants } from './limited-tenants.ts'
import { followedTopics, whyOff } from './why-off.ts'

/** Budgets: what commands ask, and, in one instance of all, the counting of what became of messages. */
export interface Budgets {
  readonly books: BudgetBooks
  start(): void
  /** Gives the lease back. */
  stop(): Promise<void>
}

export interface BudgetsOptions {
  readonly config: ConfigSource
  readonly settings: Pick<DispatcherSettings, 'topics' | 'partitions'>
  readonly log: Logger
}

/** A killed instance's work is taken over before what it counted last is too old to be relied on. */
const LEASE_MS = 4_000
const LOOK_MS = 1_000
const OFF_MS = 30_000
const AGAIN_MS = 100
const KEEP_MS = 1_000
/** Where nothing was counted, places alone have gone on. */
const KEEP_PLACES_MS = 60_000
const PUBLISH_MS = 5_000
const STOP_MS = 1_000

export function openBudgets({ client, redis }: Connections, { config, settings, log }: BudgetsOptions): Budgets {
  const { topics, partitions } = settings
  const { prefix } = config.current().topics
  const instruments = createBudgetInstruments(log)
  const keeping = createBudgetKeeping(redis, { prefix })
  const producer = createProducer(client)
  const owner = randomUUID()
  const stopping = new AbortController()
  const { signal } = stopping
  const limited = (): Tenant[] => limitedTenants(config.current())
  let state: 'starting' | 'on' | 'off' = 'starting'
  let running: Promise<void> | undefined
  let keptAt = -Infinity
  /** What was written last of each tenant, and when. */
  const written = new Map<string, { changes: string; at: number }>()

  async function keepLease(): Promise<number> {
    const { isMine, now } = await keeping.lease(owner, LEASE_MS)
    if (!isMine) throw new LeaseLost('another instance counts')
    return now
  }

  /** Each second, and only what has changed. */
  async function keep(tenants: readonly Tenant[], now: number): Promise<void> {
    if (performance.now() - keptAt < KEEP_MS) return
    keptAt = performance.now()
    for (const tenant of tenants) {
      const names = allCounts(tenant, now)
      const found = await keeping.snapshot(tenant.id, names)
      if (found === undefined) throw new CountsWentBack('Redis was emptied')
      instruments.counted(tenant.id, found.counts, names)
      const last = written.get(tenant.id)
      if (last?.changes === found.changes && performance.now() - last.at < KEEP_PLACES_MS) continue
      const counts = found.counts.map(({ budget, scope, period, used, settled, open }) => {
        return { budget, scope, period, used, settled, open }
      })
      const record = keptRecord(topics.budgets, tenant.id, { ...found, counts }, now)
      const [result] = await producer.publish([record], { deadlineMs: PUBLISH_MS })
      if (result?.kind !== 'stored') throw new Error(`counts are not stored: ${result?.detail ?? 'no answer'}`)
      written.set(tenant.id, { changes: found.changes, at: performance.now() })
    }
  }

  async function follow(): Promise<void> {
    const names = await followedTopics(client, topics)
    const kept = await readKept(client, topics.budgets)
    await readTopics(client, names, (reader) =>
      followBudgets({
        reader,
        keeping,
        kept,
        tenants: limited,
        isOutdated: async () => (await followedTopics(client, topics)).length !== names.length,
        keepLease,
        onRestored: (tenant, from) => instruments.restored(tenant, from !== undefined),
        onComplete: keep,
        signal,
      }),
    )
  }

  /** Counts while it holds the lease; how long to wait before the next try. */
  async function hold(): Promise<number> {
    try {
      if (!(await keeping.lease(owner, LEASE_MS)).isMine) return LOOK_MS
      written.clear()
      await follow()
      return AGAIN_MS
    } catch (error) {
      if (signal.aborted || error instanceof LeaseLost) return LOOK_MS
      if (error instanceof CountsWentBack) instruments.wentBack(error.message)
      else instruments.failed(error)
      return error instanceof CountsWentBack ? AGAIN_MS : LOOK_MS
    } finally {
      instruments.ended()
    }
  }

  async function turn(): Promise<number> {
    if (limited().length === 0) return LOOK_MS
    if (state === 'on') return hold()
    try {
      const why = await whyOff(client, { topics, partitions })
      state = why === undefined ? 'on' : 'off'
      if (why !== undefined) instruments.turnedOff(why)
      else instruments.turnedOn()
      return why === undefined ? 0 : OFF_MS
    } catch (error) {
      instruments.failed(error)
      return LOOK_MS
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await turn()
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    books: createBudgetBooks({ counters: createBudgetCounters(redis, { prefix }), state: () => state }),
    start: () => {
      running ??= run()
    },
    stop: async () => {
      stopping.abort(new Error('the service stops'))
      const late = sleep(STOP_MS, undefined, { ref: false })
      if (running !== undefined)
        await Promise.race([running.then(() => keeping.release(owner)), late]).catch(() => undefined)
      await producer.close()
    },
  }
}

/** Somebody else holds the lease. */
class LeaseLost extends Error {
  override name = 'LeaseLost'
}
