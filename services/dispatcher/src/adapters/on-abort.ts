/** What is to be called with a signal. One listener a signal: its own list is walked for each one that is added or removed. */
const callbacks = new WeakMap<AbortSignal, Set<() => void>>()

/** Calls back, once, when the signal fires, unless the returned function was called before. It has not fired yet. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const all = callbacksOf(signal)
  all.add(callback)
  return () => {
    all.delete(callback)
  }
}

function callbacksOf(signal: AbortSignal): Set<() => void> {
  const known = callbacks.get(signal)
  if (known !== undefined) return known
  const fresh = new Set<() => void>()
  callbacks.set(signal, fresh)
  signal.addEventListener(
    'abort',
    () => {
      for (const callback of fresh) callback()
      fresh.clear()
    },
    { once: true },
  )
  return fresh
}
