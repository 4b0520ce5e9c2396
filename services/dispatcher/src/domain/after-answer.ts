import { cutReason } from '@imchannel/events'
import type { Outcome as Answer } from '@imchannel/infobip'
import type { Outcome } from './outcome.ts'

/** What a request with an account's key told about the account itself. */
export type Sign = 'well' | 'failed' | 'key-refused' | 'account-fault'

/**
 * What an answer means for the command and for its account. `conclude`: it has ended. `again`: Infobip has certainly not
 * taken it; it is tried again after `afterMs` (`backoff`: as the attempts so far suggest). `unknown`: it may have.
 */
export type Next =
  | { kind: 'conclude'; outcome: Outcome; sign: Sign }
  | { kind: 'again'; delay: 'none' | 'backoff' | 'long'; sign: Sign | undefined; throttleMs?: number }
  | { kind: 'unknown'; sign: Sign }

/** Tries of a refusal that may pass by itself (system error, platform). */
const MOST_LATER = 3
/** Infobip said "too many" and not for how long. */
const DEFAULT_THROTTLE_MS = 1_000
/** `Retry-After: 0` is no invitation to ask as fast as the line goes. */
const SHORTEST_THROTTLE_MS = 200

export function afterAnswer(answer: Answer, { tries, now }: { tries: number; now: number }): Next {
  switch (answer.kind) {
    case 'accepted':
      return {
        kind: 'conclude',
        sign: 'well',
        outcome: { how: 'accepted', at: now, ...(answer.status === undefined ? {} : { status: answer.status }) },
      }
    case 'rejected': {
      if (answer.remedy === 'account') return { kind: 'again', delay: 'backoff', sign: 'account-fault' }
      if (answer.remedy === 'retry-later' && tries < MOST_LATER) return { kind: 'again', delay: 'long', sign: 'well' }
      const error = {
        code: answer.code,
        reason: cutReason(answer.reason),
        httpStatus: answer.httpStatus,
        ...(answer.error === undefined ? {} : { infobip: answer.error }),
      }
      const status = answer.status === undefined ? {} : { status: answer.status }
      return { kind: 'conclude', sign: 'well', outcome: { how: 'rejected', at: now, error, ...status } }
    }
    case 'throttled':
      return {
        kind: 'again',
        delay: 'none',
        sign: undefined,
        throttleMs: Math.max(SHORTEST_THROTTLE_MS, answer.retryAfterMs ?? DEFAULT_THROTTLE_MS),
      }
    case 'refused-key':
      return { kind: 'again', delay: 'backoff', sign: 'key-refused' }
    case 'unsent':
      return { kind: 'again', delay: 'backoff', sign: 'failed' }
    case 'unknown':
      return { kind: 'unknown', sign: 'failed' }
  }
}
