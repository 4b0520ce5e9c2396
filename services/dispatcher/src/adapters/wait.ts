import { setTimeout as sleep } from 'node:timers/promises'

/** Thrown where a wait ends because the work is no longer wanted here: its partition is gone, or the service stops. */
export class Abandoned extends Error {
  override name = 'Abandoned'
}

/** Waits, unless the work is abandoned meanwhile. @throws Abandoned */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (signal.aborted) throw new Abandoned('no longer wanted here', { cause: error })
    throw error
  }
}

/** The promise's value, unless the work is abandoned first; then the promise is left to itself. @throws Abandoned */
export async function unlessAbandoned<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw new Abandoned('no longer wanted here')
  const { promise: abandoned, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(new Abandoned('no longer wanted here'))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, abandoned])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
