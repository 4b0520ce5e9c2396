import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for the turn of so many, at so many a second. Time that was lost to a stall is not made up for by a burst. */
export function createPace(perSecond: number, signal: AbortSignal): (count: number) => Promise<void> {
  let nextAt = performance.now()
  return async (count) => {
    const waitMs = nextAt - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal })
    else signal.throwIfAborted()
    nextAt = Math.max(nextAt, performance.now()) + (count / perSecond) * 1_000
  }
}

/** So many are written at once that ten writes make a second. */
export function chunkSize(perSecond: number): number {
  return Math.max(1, Math.min(500, Math.floor(perSecond / 10)))
}
