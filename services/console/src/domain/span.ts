import { ConsoleError } from '../errors.ts'

/** A stretch of time that is shown as bars. */
export interface Span {
  /** Ms since 1970. */
  readonly from: number
  readonly to: number
  readonly bucketMs: number
  readonly bars: number
}

const MINUTE_MS = 60_000
const DAY = 1_440
const MOST_MINUTES = 90 * DAY
/** What fits on a phone. */
const BARS = 48

/** The last `minutes` as at most 48 bars of whole minutes. @throws ConsoleError where that is no number */
export function readSpan(query: Readonly<Record<string, string | undefined>>, nowMs: number): Span {
  const text = query['minutes'] || String(DAY)
  const minutes = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (minutes < 1 || minutes > MOST_MINUTES)
    throw new ConsoleError('bad_request', { detail: `"minutes" must be a number from 1 to ${MOST_MINUTES}` })
  const bucketMs = Math.ceil(minutes / BARS) * MINUTE_MS
  const bars = Math.ceil((minutes * MINUTE_MS) / bucketMs)
  const to = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS
  return { from: to - bars * bucketMs, to, bucketMs, bars }
}
