import type { Coverage } from './coverage.ts'
import { WINDOW_MS, type WindowState } from './window.ts'

/** A day for the answer to an ad, and the 72 hours that it opens. */
export const AD_HOURS_MS = WINDOW_MS + 72 * 3_600_000

/**
 * Whether a message that is sent now is certainly outside the free hours after an ad: the customer has written nothing from which they
 * could run. Of a customer who has, nobody can say so: not every way from an ad to the chat is told.
 */
export function isBeyondAds(state: WindowState, at: number, coverage: Coverage | undefined): boolean {
  const { openedAt = -Infinity, maybeAt = -Infinity } = state
  return coverage !== undefined && coverage.from <= at - AD_HOURS_MS && Math.max(openedAt, maybeAt) <= at - AD_HOURS_MS
}
