import type { RateGate } from './rate-gate.ts'
import type { RequestSlots, Slot } from './request-slots.ts'
import { Abandoned } from './wait.ts'

/** A slot: send now, and release it with the answer. `unwell`: the account went out of service meanwhile; nothing was taken. */
export type Permit = Slot | 'unwell'

/** Hands out the permits of one sender in the order in which they were asked for. */
export interface SenderPacer {
  acquire(signal: AbortSignal): Promise<Permit>
  /** The same for who does not wait: undefined where there is none at once. Never rejects. */
  acquireAtOnce(): Promise<Permit | undefined>
  /** Everybody who waits is told that the account is unwell. */
  interrupt(): void
  waiting(): number
}

export interface SenderPacerOptions {
  /** Names the sender in Redis. */
  key: string
  gate(): RateGate
  /** Of the account. Taken before a permit is, or permits would pile up while no request may be opened. */
  slots: RequestSlots
  /** How long the account asked to be left alone, ms; 0 where it did not. Shared by all instances. */
  throttledMs(): Promise<number>
  sleep(ms: number): Promise<void>
  onError: (error: unknown) => void
}

interface Waiter {
  resolve(permit: Permit): void
  /** Called instead when there is none at once, by those that do not wait. */
  leave?(): void
}

/** Away for a moment: the next look costs nothing. */
const AFTER_ERROR_MS = 250

/** The loop outlives each waiter; a slot that nobody wants any more goes back at once. */
const NEVER = new AbortController().signal

/** One loop a sender asks Redis for as many permits as there are waiters, rather than each waiter by itself. */
export function createSenderPacer(options: SenderPacerOptions): SenderPacer {
  const waiters = new Set<Waiter>()
  let pumping = false
  let pausing = false

  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    try {
      while (waiters.size > 0) {
        const pauseMs = await round()
        if (pauseMs === 0) continue
        sendAway()
        pausing = true
        await options.sleep(pauseMs)
        pausing = false
      }
    } finally {
      pumping = false
    }
  }

  /** Serves who can be served, and says how long to wait before the next round. */
  async function round(): Promise<number> {
    try {
      const throttledMs = await options.throttledMs()
      if (throttledMs > 0) return throttledMs
      const isFull = !options.slots.isFree()
      if (isFull) sendAway()
      if (waiters.size === 0) return 0
      const gate = options.gate()
      const slots = await options.slots.take(Math.min(waiters.size, gate.most), NEVER)
      try {
        // Everybody may have left meanwhile, and the answer that made room have been a 429.
        if (waiters.size === 0) return 0
        const askedMs = isFull ? await options.throttledMs() : 0
        if (askedMs > 0) return askedMs
        const { taken, waitMs } = await gate.take(options.key, slots.length)
        for (const slot of slots.splice(0, taken)) serve(slot)
        return slots.length === 0 ? 0 : waitMs
      } finally {
        for (const slot of slots) slot.release()
      }
    } catch (error) {
      options.onError(error)
      return AFTER_ERROR_MS
    }
  }

  /** Those that do not wait. */
  function sendAway(): void {
    for (const waiter of waiters) {
      if (waiter.leave === undefined) continue
      waiters.delete(waiter)
      waiter.leave()
    }
  }

  function serve(slot: Slot): void {
    const [waiter] = waiters
    if (waiter === undefined) return slot.release()
    waiters.delete(waiter)
    waiter.resolve(slot)
  }

  return {
    acquire: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Abandoned('no longer wanted here'))
        const onAbort = (): void => {
          waiters.delete(waiter)
          reject(new Abandoned('no longer wanted here'))
        }
        const waiter: Waiter = {
          resolve: (permit) => {
            signal.removeEventListener('abort', onAbort)
            resolve(permit)
          },
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiters.add(waiter)
        void pump()
      }),
    acquireAtOnce: () =>
      new Promise((resolve) => {
        if (pausing) return resolve(undefined)
        waiters.add({ resolve, leave: () => resolve(undefined) })
        void pump()
      }),
    interrupt: () => {
      for (const waiter of waiters) waiter.resolve('unwell')
      waiters.clear()
    },
    waiting: () => waiters.size,
  }
}
