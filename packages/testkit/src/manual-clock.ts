export interface ManualClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves once the clock has been moved that far; at once for 0 and less. Rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Moves time on and lets everything that has become due happen, in its order. */
  advance(ms: number): Promise<void>
  /** How many sleep. */
  sleeping(): number
}

interface Sleeper {
  at: number
  wake(): void
}

/** A clock that stands still until a test moves it. */
export function createManualClock(startsAt = Date.UTC(2025, 1, 27, 12)): ManualClock {
  let now = startsAt
  const sleepers = new Set<Sleeper>()
  const next = (until: number): Sleeper | undefined =>
    [...sleepers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    sleeping: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        if (ms <= 0) return resolve()
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          if (sleepers.delete(sleeper)) reject(signal.reason as Error)
        })
      }),
    advance: async (ms) => {
      const until = now + ms
      for (let sleeper = next(until); sleeper !== undefined; sleeper = next(until)) {
        now = sleeper.at
        sleepers.delete(sleeper)
        sleeper.wake()
        await settle()
      }
      now = until
      await settle()
    },
  }
}

/** What the woken do next, they do before this returns, as long as it needs no I/O. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
