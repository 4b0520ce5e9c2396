import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `done` more may have been done since the start, at so many a second. */
export function createPace(perSecond: number, signal: AbortSignal): (done: number) => Promise<void> {
  const startedAt = performance.now()
  return async (done) => {
    const waitMs = startedAt + (done / perSecond) * 1_000 - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal })
    else signal.throwIfAborted()
  }
}

/** So many are written at once that ten writes make a second. */
export function chunkSize(perSecond: number): number {
  return Math.max(1, Math.min(500, Math.floor(perSecond / 10)))
}
