import { createClassTurns } from '../domain/class-turns.ts'
import type { Rank } from '../domain/send-class.ts'
import { Abandoned } from './wait.ts'

/** Room for one open request; given back with its answer, once, however often it is released. */
export interface Slot extends Disposable {
  release(): void
}

/** Bounds the requests that one account has open in this process. Who waits gets one in turn, the more urgent classes first. */
export interface Semaphore {
  /** At least one and at most `wanted`; who comes for many gets what is free, and no more than others wait for. @throws Abandoned */
  take(wanted: number, signal: AbortSignal, rank?: Rank): Promise<Slot[]>
  open(): number
  /** Whether there is one for who comes now. */
  isFree(): boolean
}

/**
 * An open request holds a connection and some 30 kB. Infobip answers within some 100 ms: 256 are 2,500 messages a second
 * of one account, thirty senders at the default pace, and as many connections as are kept for reuse.
 */
export const MOST_OPEN_REQUESTS = 256
/** Ten a second are allowed, and each is open for well under a second. */
export const MOST_OPEN_INDICATORS = 32

export function createSemaphore(size: number): Semaphore {
  const waiting = new Map<(slot: Slot) => void, Rank>()
  const turns = createClassTurns()
  let free = size

  function createSlot(): Slot {
    free--
    let held = true
    function release(): void {
      if (!held) return
      held = false
      free++
      const next = takeNext()
      if (next !== undefined) next(createSlot())
    }
    return { release, [Symbol.dispose]: release }
  }

  /** Takes who is next out of those who wait. */
  function takeNext(): ((slot: Slot) => void) | undefined {
    if (waiting.size === 0) return undefined
    const firsts: ((slot: Slot) => void)[] = []
    for (const [one, rank] of waiting) firsts[rank] ??= one
    const rank = turns.next((one) => firsts[one] !== undefined)
    const next = rank === undefined ? undefined : firsts[rank]
    if (next !== undefined) waiting.delete(next)
    return next
  }

  return {
    take: (wanted, signal, rank = 0) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Abandoned('no longer wanted here'))
        if (free > 0) return resolve(Array.from({ length: Math.min(wanted, free) }, createSlot))
        const onSlot = (slot: Slot): void => {
          signal.removeEventListener('abort', onAbort)
          resolve([slot])
        }
        const onAbort = (): void => {
          waiting.delete(onSlot)
          reject(new Abandoned('no longer wanted here'))
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiting.set(onSlot, rank)
      }),
    open: () => size - free,
    isFree: () => free > 0,
  }
}
