import type { FactStore } from '@imchannel/fact-store'
import type { WindowSighting } from '@imchannel/facts'
import { line, raw, type Logger } from '@imchannel/logging'

/**
 * Notes in Redis what a webhook says of windows, so that it counts at once: the dispatcher reads the same from Kafka a moment later.
 * It never rejects.
 */
export interface WindowNotes {
  note(sightings: readonly WindowSighting[]): Promise<void>
}

export interface WindowNotesOptions {
  readonly log: Logger
  readonly onFailure: (error: unknown) => void
}

/** A user of Redis without the right is asked for it again after so long. */
const OFF_MS = 600_000

export function createWindowNotes(
  facts: Pick<FactStore, 'widenWindows'>,
  { log, onFailure }: WindowNotesOptions,
): WindowNotes {
  let offUntil = -Infinity
  let isSaid = false
  return {
    note: async (sightings) => {
      if (sightings.length === 0 || performance.now() < offUntil) return
      try {
        await facts.widenWindows(sightings)
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        if (!text.startsWith('NOPERM')) return onFailure(error)
        offUntil = performance.now() + OFF_MS
        if (isSaid) return
        isSaid = true
        log.warn(
          { fn: 'redis' },
          line`windows are known a moment later: this user of Redis may not write them; add ~imc:f:* to its rights (docs/operations.md): ${raw(text)}`,
        )
      }
    },
  }
}
