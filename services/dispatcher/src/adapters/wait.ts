import { onAbort } from './on-abort.ts'

/** Thrown where a wait ends because the work is no longer wanted here: its partition is gone, or the service stops. */
export class Abandoned extends Error {
  override name = 'Abandoned'
}

/** Waits, unless the work is abandoned meanwhile. Rejects with Abandoned. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => {
      clearTimeout(timer)
      reject(new Abandoned('no longer wanted here'))
    }
    const timer = setTimeout(() => {
      keep()
      resolve()
    }, ms)
    if (signal.aborted) return abandon()
    const keep = onAbort(signal, abandon)
  })
}

/** The promise's value, unless the work is abandoned first; then the promise is left to itself. Rejects with Abandoned. */
export function unlessAbandoned<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => reject(new Abandoned('no longer wanted here'))
    if (signal.aborted) {
      promise.catch(() => undefined)
      return abandon()
    }
    const keep = onAbort(signal, abandon)
    promise.then(resolve, reject).finally(keep)
  })
}
