import type { ExchangeResponse } from '../client/exchange.ts'

// A server that asks for more than this is asked again earlier: a wrong header must not stop an account for days.
const LONGEST_WAIT_MS = 3_600_000

/** `Retry-After` in milliseconds from now: seconds, or an HTTP date. Undefined where absent or unreadable. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim()
  if (text === undefined || text === '') return undefined
  const waitMs = /^\d+(\.\d+)?$/u.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, Math.ceil(waitMs)), LONGEST_WAIT_MS)
}

/** What a 429 says of when to come again. */
export function readThrottled(
  { headers }: Pick<ExchangeResponse, 'headers'>,
  now: number,
): { kind: 'throttled'; retryAfterMs?: number } {
  const header = headers['retry-after']
  const retryAfterMs = readRetryAfter(Array.isArray(header) ? header[0] : header, now)
  return retryAfterMs === undefined ? { kind: 'throttled' } : { kind: 'throttled', retryAfterMs }
}
