import { WINDOW_MS } from './window.ts'

/** How much of what customers wrote has been read into the windows that are asked, in epoch milliseconds of one clock. */
export interface Coverage {
  /** Everything since then has been read … */
  readonly from: number
  /** … up to ends of the topics that were asked for at this time. */
  readonly endsTakenAt: number
}

/** A webhook that was answered longer ago than this has been read. */
export const FRESH_MS = 10_000

/** Whether nothing that could have opened a window by now can be missing. */
export function isComplete(coverage: Coverage | undefined, now: number): boolean {
  if (coverage === undefined) return false
  const { from, endsTakenAt } = coverage
  return from <= now - WINDOW_MS && endsTakenAt > now - FRESH_MS && endsTakenAt <= now
}
