import { setTimeout as sleep } from 'node:timers/promises'
import type { SendLookup } from '../webhook/look-up.ts'

/** A look-up whose marks are made later where Redis does not take them at once. */
export interface LateMarks extends SendLookup {
  /** Reports whose mark is still to be made. */
  waiting(): number
  /** Tries once more, and no longer than a command may take. */
  close(): Promise<void>
}

export interface LateMarksOptions {
  /** The list is full: this many marks will never be made. */
  onDropped: (count: number) => void
  pauseMs?: number
  most?: number
}

/** Some 10 MB: at a hundred reports a second the first quarter of an hour of an outage. */
const MOST_WAITING = 100_000
const PAUSE_MS = 1_000
/** Of one trip: it must not keep webhooks of the same moment waiting. */
const AT_ONCE = 500

/**
 * A report comes once, and may be all that ever settles an unknown outcome: what could not be marked, or not in time, is marked
 * once Redis is back. What this process has not marked when it ends is lost.
 */
export function createLateMarks(
  sends: SendLookup,
  { onDropped, pauseMs = PAUSE_MS, most = MOST_WAITING }: LateMarksOptions,
): LateMarks {
  const waiting = new Map<string, Set<string>>()
  const closing = new AbortController()
  let count = 0
  let isRetrying = false

  function keep(tenant: string, messageIds: readonly string[]): void {
    const ids = waiting.get(tenant) ?? new Set()
    waiting.set(tenant, ids)
    let dropped = 0
    for (const id of messageIds) {
      if (ids.has(id)) continue
      if (count >= most) dropped++
      else {
        ids.add(id)
        count++
      }
    }
    if (dropped > 0) onDropped(dropped)
    void retry()
  }

  async function markSome(): Promise<void> {
    for (const [tenant, ids] of waiting) {
      const some = [...ids].slice(0, AT_ONCE)
      if (some.length > 0) await sends.findByMessageIds(tenant, some, { markSeen: true })
      for (const id of some) ids.delete(id)
      count -= some.length
      if (ids.size === 0) waiting.delete(tenant)
    }
  }

  async function retry(): Promise<void> {
    if (isRetrying) return
    isRetrying = true
    const { signal } = closing
    while (count > 0 && !signal.aborted) {
      // What keeps the process alive is its server.
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
      await markSome().catch(() => undefined)
    }
    isRetrying = false
  }

  return {
    findByMessageIds: async (tenant, messageIds, options) => {
      try {
        return await sends.findByMessageIds(tenant, messageIds, options)
      } catch (error) {
        if (options?.markSeen === true) keep(tenant, messageIds)
        throw error
      }
    },
    waiting: () => count,
    close: async () => {
      closing.abort()
      if (count > 0) await markSome().catch(() => undefined)
    },
  }
}
