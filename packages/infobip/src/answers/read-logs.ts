import type { ExchangeResult } from '../client/exchange.ts'
import { isPage } from './foreign-answer.ts'
import { readThrottled } from './retry-after.ts'
import { readStatus } from './status.ts'
import type { InfobipStatus } from './status.ts'

/** What Infobip's logs know of the messages asked for. An id that is not in `found` is not logged *yet*. */
export type LogsAnswer =
  | { kind: 'logs'; found: ReadonlyMap<string, InfobipStatus | undefined> }
  | { kind: 'throttled'; retryAfterMs?: number }
  | { kind: 'refused-key'; httpStatus: number }
  | { kind: 'no-answer'; reason: string }

/** Reads `GET /omni/1/logs`. It answers whether a message was taken, not whether it was delivered. Pure. */
export function readLogs(result: ExchangeResult, now: number): LogsAnswer {
  if (result.kind !== 'response') return { kind: 'no-answer', reason: result.cause.message }
  const { status, parsed } = result
  if (status === 429) return readThrottled(result, now)
  if ((status === 401 || status === 403) && !isPage(result)) return { kind: 'refused-key', httpStatus: status }
  if (status !== 200) return { kind: 'no-answer', reason: `Infobip answered ${status}` }
  const results = typeof parsed === 'object' && parsed !== null && 'results' in parsed ? parsed.results : undefined
  if (!Array.isArray(results)) return { kind: 'no-answer', reason: 'the answer has no results' }
  return { kind: 'logs', found: statusesIn(results) }
}

function statusesIn(results: readonly unknown[]): Map<string, InfobipStatus | undefined> {
  const found = new Map<string, InfobipStatus | undefined>()
  for (const log of results) {
    if (typeof log !== 'object' || log === null || !('messageId' in log) || typeof log.messageId !== 'string') continue
    // Each channel of a failover has a line of its own; the first one already says that the message was taken.
    if (!found.has(log.messageId)) found.set(log.messageId, 'status' in log ? readStatus(log.status) : undefined)
  }
  return found
}
