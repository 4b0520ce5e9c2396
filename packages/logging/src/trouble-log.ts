import type { Logger } from './create-logger.ts'
import { line, raw } from './log-text.ts'

/** So long without a failure, and the trouble is over: longer than any pause between two tries. */
const QUIET_MS = 10_000
/** Of one trouble at most so many texts are told: where each is another, they say no more than the first ones did. */
const MOST_TEXTS = 10

/** Its lines stand under `fn` and begin with `about`. */
export interface TroubleLogOptions {
  readonly fn: string
  readonly about: string
}

/**
 * What thousands of callers meet at once, said once: a line when it begins, one for each other reason that comes up meanwhile, and
 * one with the count when it is over.
 */
export function createTroubleLog(
  log: Pick<Logger, 'info' | 'warn'>,
  { fn, about }: TroubleLogOptions,
): (error: unknown) => void {
  const told = new Set<string>()
  let count = 0
  let beganAt = 0
  let lastAt = 0

  function endOrWait(): void {
    const quietMs = performance.now() - lastAt
    if (quietMs < QUIET_MS) return waitFor(QUIET_MS - quietMs)
    const seconds = Math.ceil((lastAt - beganAt) / 1_000)
    log.info({ fn }, line`${raw(about)}: no failure for ${QUIET_MS / 1_000} s, after ${count} in ${seconds} s`)
    told.clear()
    count = 0
  }

  function waitFor(ms: number): void {
    setTimeout(endOrWait, ms).unref()
  }

  return (error) => {
    lastAt = performance.now()
    count++
    if (count === 1) {
      beganAt = lastAt
      waitFor(QUIET_MS)
    }
    const text = error instanceof Error ? error.message : String(error)
    const reason = reasonOf(text)
    if (told.has(reason) || told.size === MOST_TEXTS) return
    told.add(reason)
    log.warn({ fn }, line`${raw(about)}: ${raw(text)}`)
  }
}

/** Redis names the script and the line in it that met the trouble; others name ports and counts. */
function reasonOf(text: string): string {
  return text.replaceAll(/\b[\da-f]{40}\b|\d+/g, '#')
}
