import type { Logger } from '@imchannel/logging'
import { deleteOlderThan } from './store/delete-old.ts'
import { forgetEndedSessions } from './store/ended-sessions.ts'
import type { Database } from './store/tables.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** After the start there is more to do. */
const FIRST_MS = 60_000

export interface RetentionOptions {
  readonly database: Pick<Database, 'write'>
  readonly days: () => number
  readonly now: () => number
  readonly log: Logger
}

/** Deletes what is older than is kept, every hour. */
export function createRetention({ database, days, now, log }: RetentionOptions) {
  const stopped = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    try {
      const deleted = await deleteOlderThan(database.write, now() - days() * DAY_MS, stopped.signal)
      await forgetEndedSessions(database.write, now())
      if (deleted > 0) log.info({ fn: 'retention' }, `deleted ${deleted} records older than ${days()} days`)
    } catch (error) {
      if (!stopped.signal.aborted) log.warn({ fn: 'retention' }, `old records could not be deleted: ${String(error)}`)
    }
  }

  function plan(afterMs: number): void {
    timer = setTimeout(() => {
      running = run().finally(() => {
        if (!stopped.signal.aborted) plan(HOUR_MS)
      })
    }, afterMs)
    timer.unref()
  }

  return {
    start: () => plan(FIRST_MS),
    async stop(): Promise<void> {
      stopped.abort()
      clearTimeout(timer)
      await running
    },
  }
}
