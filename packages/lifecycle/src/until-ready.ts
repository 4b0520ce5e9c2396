import { setTimeout as sleep } from 'node:timers/promises'

export interface UntilReadyOptions {
  /** Ends the waiting; the returned promise then rejects with the signal's reason. */
  readonly signal: AbortSignal
  /** Called after each failed attempt, `attempt` from 1: the place for a log line. */
  readonly onFailure: (error: unknown, attempt: number) => void
  /** The first pause; doubled up to `maxPauseMs`. */
  readonly pauseMs?: number
  readonly maxPauseMs?: number
}

/** Repeats an attempt until it succeeds: a service waits for Kafka and Redis at start instead of dying. */
export async function untilReady<T>(attempt: () => Promise<T>, options: UntilReadyOptions): Promise<T> {
  const { signal, onFailure, maxPauseMs = 5_000 } = options
  let pauseMs = options.pauseMs ?? 250
  for (let count = 1; ; count++) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      onFailure(error, count)
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    pauseMs = Math.min(pauseMs * 2, maxPauseMs)
  }
}
