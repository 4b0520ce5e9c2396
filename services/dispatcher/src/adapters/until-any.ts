/** A signal that fires with the first of several, or after a time; `dispose` when done, or the long-lived ones collect listeners. */
export interface UntilAny extends Disposable {
  readonly signal: AbortSignal
}

// Not AbortSignal.any and .timeout: they live as long as the longest of their parts, here for days.
export function untilAny(signals: readonly AbortSignal[], ms: number): UntilAny {
  const controller = new AbortController()
  const fire = (): void => controller.abort()
  const timer = setTimeout(fire, Math.min(Math.max(0, ms), 2 ** 31 - 1))
  for (const signal of signals) {
    if (signal.aborted) fire()
    else signal.addEventListener('abort', fire, { once: true })
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', fire)
    },
  }
}
