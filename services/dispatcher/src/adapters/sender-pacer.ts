import type { RateGate } from './rate-gate.ts'
import { Abandoned } from './wait.ts'

/** `granted`: send now. `unwell`: the account went out of service meanwhile; nothing was taken. */
export type Permit = 'granted' | 'unwell'

/** Hands out the permits of one sender in the order in which they were asked for. */
export interface SenderPacer {
  acquire(signal: AbortSignal): Promise<Permit>
  /** Everybody who waits is told that the account is unwell. */
  interrupt(): void
  waiting(): number
}

export interface SenderPacerOptions {
  /** Names the sender in Redis. */
  key: string
  gate(): RateGate
  /** How long the account asked to be left alone, ms; 0 where it did not. Shared by all instances. */
  throttledMs(): Promise<number>
  sleep(ms: number): Promise<void>
  onError: (error: unknown) => void
}

interface Waiter {
  resolve(permit: Permit): void
  reject(error: unknown): void
}

/** Away for a moment: the next look costs nothing. */
const AFTER_ERROR_MS = 250

/** One loop a sender asks Redis for as many permits as there are waiters, rather than each waiter by itself. */
export function createSenderPacer(options: SenderPacerOptions): SenderPacer {
  const waiters = new Set<Waiter>()
  let pumping = false

  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    try {
      while (waiters.size > 0) await options.sleep(await round())
    } finally {
      pumping = false
    }
  }

  /** Serves who can be served, and says how long to wait before the next round. */
  async function round(): Promise<number> {
    try {
      const throttledMs = await options.throttledMs()
      if (throttledMs > 0) return throttledMs
      const { taken, waitMs } = await options.gate().take(options.key, waiters.size)
      let left = taken
      for (const waiter of waiters) {
        if (left-- <= 0) break
        waiters.delete(waiter)
        waiter.resolve('granted')
      }
      return waiters.size === 0 ? 0 : waitMs
    } catch (error) {
      options.onError(error)
      return AFTER_ERROR_MS
    }
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
          reject,
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiters.add(waiter)
        void pump()
      }),
    interrupt: () => {
      for (const waiter of waiters) waiter.resolve('unwell')
      waiters.clear()
    },
    waiting: () => waiters.size,
  }
}
