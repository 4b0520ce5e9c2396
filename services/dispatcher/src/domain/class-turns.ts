import { BULK } from './send-class.ts'
import type { Rank } from './send-class.ts'

/** Whose turn it is among classes that compete: the most urgent first, and bulk keeps a tenth. */
export interface ClassTurns {
  /** @param waits whether somebody of a class waits @returns the class that is next; undefined where nobody waits */
  next(waits: (rank: Rank) => boolean): Rank | undefined
}

/** Every so many turns that others have while bulk waits, one is bulk's. */
const BULK_EVERY = 10

export function createClassTurns(): ClassTurns {
  let passed = 0

  return {
    next: (waits) => {
      let best: Rank = 0
      while (best < BULK && !waits(best)) best++
      const isBulkWaiting = waits(BULK)
      if (best === BULK || !isBulkWaiting) {
        passed = 0
        return best < BULK || isBulkWaiting ? best : undefined
      }
      if (++passed < BULK_EVERY) return best
      passed = 0
      return BULK
    },
  }
}
