import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  /** Far beyond what it takes on a busy machine: it only ends a test that would never end. Default a minute. */
  timeoutMs?: number
  /** Said in the error: what was waited for. */
  what?: string
}

/**
 * Waits for a fact: until `fact` gives something other than undefined, null or false, which is returned. One that throws is
 * not a fact yet.
 * @throws after `timeoutMs`, with the last error as cause
 */
export async function waitUntil<T>(
  fact: () => T | Promise<T>,
  { timeoutMs = 60_000, what = fact.toString() }: WaitOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + timeoutMs
  let cause: unknown
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      const value = await fact()
      // The condition has taken out what the type leaves out.
      if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause })
    await sleep(pauseMs)
  }
}
