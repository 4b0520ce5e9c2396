import type { ExchangeResult } from '../client/exchange.ts'
import { isPage } from './foreign-answer.ts'
import { readRetryAfter } from './retry-after.ts'

/** What became of a read of an account. `refused-key`: the key lacks the endpoint's scope, or is none. */
export type ReadAnswer<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'refused-key'; readonly httpStatus: number }
  | { readonly kind: 'no-answer'; readonly reason: string }

/** Reads the answer to a GET; `read` gives `undefined` where the body is not what it is to be. Pure. */
export function readAnswer<T>(
  result: ExchangeResult,
  now: number,
  read: (body: unknown) => T | undefined,
): ReadAnswer<T> {
  if (result.kind !== 'response') return { kind: 'no-answer', reason: result.cause.message }
  const { status, parsed, headers, truncated } = result
  if (status === 429) {
    const header = headers['retry-after']
    return { kind: 'throttled', retryAfterMs: readRetryAfter(Array.isArray(header) ? header[0] : header, now) }
  }
  if ((status === 401 || status === 403) && !isPage(result)) return { kind: 'refused-key', httpStatus: status }
  if (status !== 200) return { kind: 'no-answer', reason: `Infobip answered ${status}` }
  if (truncated) return { kind: 'no-answer', reason: 'the answer is larger than is read' }
  const value = read(parsed)
  return value === undefined
    ? { kind: 'no-answer', reason: 'the answer is not as documented' }
    : { kind: 'read', value }
}
