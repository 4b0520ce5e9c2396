import { setTimeout as sleep } from 'node:timers/promises'
import { TurnEnded } from './errors.ts'

export interface AttemptsOptions {
  /** Calls in all. */
  readonly attempts: number
  /** Before the second call; twice as long before each further one. */
  readonly retryDelayMs: number
  readonly signal: AbortSignal
  readonly failed: (error: unknown, attempt: number) => void
}

/**
 * Calls until it succeeds, `attempts` times at most.
 * @throws the signal's reason once that has fired, or TurnEnded
 * @returns the last error when it never did succeed
 */
export async function attemptAll(
  call: (attempt: number) => Promise<void>,
  { attempts, retryDelayMs, signal, failed }: AttemptsOptions,
): Promise<{ ok: true } | { ok: false; error: unknown }> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call(attempt)
      signal.throwIfAborted()
      return { ok: true }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof TurnEnded) throw error
      failed(error, attempt)
      if (attempt >= attempts) return { ok: false, error }
    }
    await sleep(retryDelayMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
