import { onAbort } from './on-abort.ts'

/** A signal that fires with the first of several, or after a time; to be disposed of when it is no longer waited for. */
export interface UntilAny extends Disposable {
  readonly signal: AbortSignal
}

/** From here on a time is told by the second: timers of one length cost next to nothing, and each length more is a list of its own. */
const COARSE_FROM_MS = 60_000
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Not AbortSignal.any and .timeout: they live as long as the longest of their parts, here for days. */
export function untilAny(signals: readonly AbortSignal[], ms?: number): UntilAny {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const timer = ms === undefined ? undefined : setTimeout(abort, timerMs(ms))
  const undo: (() => void)[] = []
  for (const signal of signals) {
    if (signal.aborted) abort()
    else undo.push(onAbort(signal, abort))
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      for (const one of undo) one()
    },
  }
}

/**
 * Gives, for any signal, one that fires with it or with `first`: the same one each time, for all the thousands that ask. It goes
 * when its signal fires, as one of a partition does once the partition is given up.
 */
export function joinWith(first: AbortSignal): (second: AbortSignal) => AbortSignal {
  const joined = new WeakMap<AbortSignal, AbortSignal>()
  return (second) => {
    const known = joined.get(second)
    if (known !== undefined) return known
    const { signal, [Symbol.dispose]: dispose } = untilAny([first, second])
    if (second.aborted) dispose()
    else onAbort(second, dispose)
    joined.set(second, signal)
    return signal
  }
}

function timerMs(ms: number): number {
  const rounded = ms > COARSE_FROM_MS ? Math.ceil(ms / 1_000) * 1_000 : Math.max(0, ms)
  return Math.min(rounded, LONGEST_TIMER_MS)
}
