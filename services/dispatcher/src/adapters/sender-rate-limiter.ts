import { createClassTurns } from '../domain/class-turns.ts'
import { BULK } from '../domain/send-class.ts'
import type { Rank } from '../domain/send-class.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Semaphore, Slot } from './semaphore.ts'
import { Abandoned } from './wait.ts'

/** A slot: send now, and release it with the answer. `unwell`: the account went out of service meanwhile; nothing was taken. */
export type Permit = Slot | 'unwell'

/** Hands out the permits of one sender: by class, and within a class in the order in which they were asked for. */
export interface SenderRateLimiter {
  /** @param rank how urgent it is now; asked each time that there are permits */
  acquire(signal: AbortSignal, rank: () => Rank): Promise<Permit>
  /** The same for who does not wait: undefined where there is none at once. Never rejects. */
  acquireAtOnce(rank: () => Rank): Promise<Permit | undefined>
  /** Everybody who waits is told that the account is unwell. */
  interrupt(): void
  waiting(): number
}

export interface SenderRateLimiterOptions {
  /** Names the sender in Redis. */
  key: string
  gate(): RateLimiter
  /** What bulk may take of it, of all instances together; undefined where that is all. */
  bulkGate(): RateLimiter | undefined
  /** Of the account. Taken before a permit is, or permits would pile up while no request may be opened. */
  slots: Semaphore
  /** How long the account asked to be left alone, ms; 0 where it did not. Shared by all instances. */
  throttledMs(): Promise<number>
  sleep(ms: number): Promise<void>
  onError: (error: unknown) => void
}

interface Waiter {
  readonly rank: () => Rank
  resolve(permit: Permit): void
  /** Called instead when there is none at once, by those that do not wait. */
  leave?(): void
}

/** Away for a moment: the next look costs nothing. */
const AFTER_ERROR_MS = 250

/**
 * Where bulk alone waits here, the last permit of a window is left for so long to who is more urgent in another instance: that one
 * asks when the window begins, as this one does. Less than a window, so that nothing of it is lost.
 */
const LEFT_TO_OTHERS_MS = 10

/** The loop outlives each waiter; a slot that nobody wants any more goes back at once. */
const NEVER = new AbortController().signal

/** One loop a sender asks Redis for as many permits as there are waiters, rather than each waiter by itself. */
export function createSenderRateLimiter(options: SenderRateLimiterOptions): SenderRateLimiter {
  const waiters = new Set<Waiter>()
  const turns = createClassTurns()
  let pumping = false
  let pausing = false
  /** Leave of the bulk gate that is not used yet. */
  let bulkLeave = 0
  let isBulkPause = false
  /** One was left in the last round: in this one all may go, also where a window has begun meanwhile. */
  let hasLeftOne = false
  /** Ends a pause that is bulk's alone. */
  let wake = Promise.withResolvers<void>()

  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    try {
      while (waiters.size > 0) {
        const pauseMs = await round()
        if (pauseMs === 0) continue
        sendAway()
        pausing = true
        wake = Promise.withResolvers()
        await Promise.race([options.sleep(pauseMs), wake.promise])
        pausing = false
      }
    } finally {
      pumping = false
    }
  }

  /** Serves who can be served, and says how long to wait before the next round. */
  async function round(): Promise<number> {
    isBulkPause = false
    try {
      const throttledMs = await options.throttledMs()
      if (throttledMs > 0) return throttledMs
      const isFull = !options.slots.isFree()
      if (isFull) sendAway()
      if (waiters.size === 0) return 0
      return await takePermits(options.gate(), isFull)
    } catch (error) {
      options.onError(error)
      return AFTER_ERROR_MS
    }
  }

  async function takePermits(gate: RateLimiter, isFull: boolean): Promise<number> {
    const { urgent, bulk, best } = countWaiters()
    const bulkPauseMs = await askForBulk(bulk)
    if (waiters.size === 0) return 0
    const most = urgent > 0 || hasLeftOne ? gate.most : Math.max(1, gate.most - 1)
    hasLeftOne = false
    const wanted = Math.min(urgent + Math.min(bulk, bulkLeave), most)
    if (wanted === 0) return pauseBulk(Math.max(1, bulkPauseMs))
    const slots = await options.slots.take(wanted, NEVER, best)
    try {
      // Everybody may have left meanwhile, and the answer that made room have been a 429.
      if (waiters.size === 0) return 0
      const askedMs = isFull ? await options.throttledMs() : 0
      if (askedMs > 0) return askedMs
      const { taken, waitMs } = await gate.take(options.key, slots.length)
      serve(slots.splice(0, taken))
      if (slots.length > 0) return waitMs
      hasLeftOne = wanted === most && most < gate.most && waiters.size > 0
      return hasLeftOne ? pauseBulk(LEFT_TO_OTHERS_MS) : 0
    } finally {
      for (const slot of slots) slot.release()
    }
  }

  function pauseBulk(ms: number): number {
    isBulkPause = true
    return ms
  }

  /** Those that do not wait. */
  function sendAway(): void {
    for (const waiter of waiters) {
      if (waiter.leave === undefined) continue
      waiters.delete(waiter)
      waiter.leave()
    }
  }

  function countWaiters(): { urgent: number; bulk: number; best: Rank } {
    const counts = { urgent: 0, bulk: 0, best: BULK }
    for (const waiter of waiters) {
      const rank = waiter.rank()
      if (rank < BULK) counts.urgent++
      else counts.bulk++
      counts.best = Math.min(counts.best, rank)
    }
    return counts
  }

  /** Asks for leave for bulk, where that has less than all. @returns when there will be more, ms */
  async function askForBulk(bulk: number): Promise<number> {
    const gate = options.bulkGate()
    if (gate === undefined) {
      bulkLeave = Infinity
      return 0
    }
    if (bulkLeave === Infinity) bulkLeave = 0
    if (bulk === 0 || bulkLeave >= 1) return 0
    const { taken, waitMs } = await gate.take(options.key, Math.min(bulk, gate.most))
    bulkLeave = taken
    return waitMs
  }

  function serve(slots: readonly Slot[]): void {
    const byRank: Waiter[][] = []
    for (const waiter of waiters) (byRank[waiter.rank()] ??= []).push(waiter)
    const served = byRank.map(() => 0)
    for (const slot of slots) {
      const rank = turns.next((one) => {
        const waiting = byRank[one]?.length ?? 0
        return (served[one] ?? 0) < waiting && (one < BULK || bulkLeave >= 1)
      })
      const waiter = rank === undefined ? undefined : byRank[rank]?.[served[rank] ?? 0]
      if (rank === undefined || waiter === undefined) {
        slot.release()
        continue
      }
      served[rank] = (served[rank] ?? 0) + 1
      if (rank >= BULK) bulkLeave--
      waiters.delete(waiter)
      waiter.resolve(slot)
    }
  }

  return {
    acquire: (signal, rank) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Abandoned('no longer wanted here'))
        const onAbort = (): void => {
          waiters.delete(waiter)
          reject(new Abandoned('no longer wanted here'))
        }
        const waiter: Waiter = {
          rank,
          resolve: (permit) => {
            signal.removeEventListener('abort', onAbort)
            resolve(permit)
          },
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiters.add(waiter)
        if (isBulkPause && rank() < BULK) wake.resolve()
        void pump()
      }),
    acquireAtOnce: (rank) =>
      new Promise((resolve) => {
        if (pausing) return resolve(undefined)
        waiters.add({ rank, resolve, leave: () => resolve(undefined) })
        void pump()
      }),
    interrupt: () => {
      for (const waiter of waiters) waiter.resolve('unwell')
      waiters.clear()
    },
    waiting: () => waiters.size,
  }
}
