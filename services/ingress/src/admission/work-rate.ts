/** How much work a millisecond does, as it was lately. */
export interface WorkRate {
  /** So much is done. */
  note(amount: number): void
  /** Whether anything waits: while it does, time counts in which the event loop is idle, too. */
  waits(isWaiting: boolean): void
  perMs(): number
}

export interface WorkRateOptions {
  readonly now: () => number
  /** For how long the event loop has been active. */
  readonly activeMs: () => number
}

const SAMPLE_MS = 250
/** Less says nothing. */
const LEAST_ACTIVE_MS = 50
/** Of the newest sample. */
const WEIGHT = 0.3
/** A sixth of what a core does warm: a first burst is let in as far as a cold process gets through it. */
const FIRST_PER_MS = 2_000

/** From normal load it is known before any overload; while Kafka is slow it falls, since what waits is not done. */
export function createWorkRate({ now, activeMs }: WorkRateOptions): WorkRate {
  let rate = FIRST_PER_MS
  let done = 0
  let from = { at: now(), active: activeMs() }
  let isWaiting = false
  let hasWaited = false

  function sample(): void {
    const wall = now() - from.at
    if (wall < SAMPLE_MS) return
    const elapsed = hasWaited ? wall : activeMs() - from.active
    if (elapsed < LEAST_ACTIVE_MS) return
    rate += WEIGHT * (done / elapsed - rate)
    done = 0
    from = { at: now(), active: activeMs() }
    hasWaited = isWaiting
  }

  return {
    note: (amount) => {
      done += amount
      sample()
    },
    waits: (next) => {
      isWaiting = next
      if (!next) hasWaited = false
    },
    perMs: () => {
      sample()
      return rate
    },
  }
}
