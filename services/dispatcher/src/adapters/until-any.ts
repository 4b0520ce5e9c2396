/** A signal that fires with the first of several, or after a time; to be disposed of when it is no longer waited for. */
export interface UntilAny extends Disposable {
  readonly signal: AbortSignal
}

/** What is to fire with a long-lived signal. One listener a signal: its own list is walked for each one that is added. */
const followers = new WeakMap<AbortSignal, Set<AbortController>>()

/** Not AbortSignal.any and .timeout: they live as long as the longest of their parts, here for days. */
export function untilAny(signals: readonly AbortSignal[], ms?: number): UntilAny {
  const controller = new AbortController()
  const timer =
    ms === undefined ? undefined : setTimeout(() => controller.abort(), Math.min(Math.max(0, ms), 2 ** 31 - 1))
  for (const signal of signals) {
    if (signal.aborted) controller.abort()
    else followersOf(signal).add(controller)
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      for (const signal of signals) followers.get(signal)?.delete(controller)
    },
  }
}

function followersOf(signal: AbortSignal): Set<AbortController> {
  const known = followers.get(signal)
  if (known !== undefined) return known
  const fresh = new Set<AbortController>()
  followers.set(signal, fresh)
  signal.addEventListener('abort', () => {
    for (const controller of fresh) controller.abort()
    fresh.clear()
  })
  return fresh
}
