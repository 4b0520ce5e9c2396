/** How much of a number's messages a second bulk may take: less after each trouble, more while there is none. */
export interface BulkPace {
  /** Infobip asked for less. */
  cut(nowMs: number): void
  /** In hundredths. @param rating how WhatsApp rates the number, as Infobip names it; undefined where that is not known */
  share(nowMs: number, rating: string | undefined): number
}

const ALL = 100
/** What bulk keeps in any case. */
const LEAST = 10
/** From the least back to all within three minutes: WhatsApp rates by days, a limit that was met is met again within seconds. */
const STEP = 5
const STEP_MS = 10_000
/** Requests that were open together are answered 429 together: that is one trouble. */
const ONE_TROUBLE_MS = 1_000
/** WhatsApp lowers what a number may send, or blocks it, once its rating has been low for days. */
const MOST_BY_RATING: Readonly<Record<string, number>> = { MEDIUM: 50, LOW: LEAST }

export function createBulkPace(): BulkPace {
  let share = ALL
  let grownAt = 0
  let cutAt = -Infinity

  function grow(nowMs: number): void {
    const steps = Math.floor((nowMs - grownAt) / STEP_MS)
    if (steps <= 0) return
    share = Math.min(ALL, share + steps * STEP)
    grownAt += steps * STEP_MS
  }

  return {
    cut: (nowMs) => {
      grow(nowMs)
      if (nowMs - cutAt < ONE_TROUBLE_MS) return
      cutAt = nowMs
      grownAt = nowMs
      share = Math.max(LEAST, Math.floor(share / 2 / STEP) * STEP)
    },
    share: (nowMs, rating) => {
      grow(nowMs)
      // It grows from there once the rating is better.
      share = Math.min(share, MOST_BY_RATING[rating ?? ''] ?? ALL)
      return share
    },
  }
}
