import type { ExchangeFailure } from '../client/exchange.ts'
import type { InfobipError } from './error-body.ts'
import type { InfobipStatus, Remedy } from './status.ts'

/** Infobip has the message. `duplicate`: it refused this repeat because it had the same messageId before. */
export interface Accepted {
  kind: 'accepted'
  duplicate: boolean
  messageId?: string
  status?: InfobipStatus
}

/** Infobip will not send it. With `status` a 200 said so for this message, with `error` the whole request was refused. */
export interface Rejected {
  kind: 'rejected'
  httpStatus: number
  /** Stable, for programs: `REJECTED_NOT_ENOUGH_CREDITS`, `BAD_REQUEST`, `HTTP_404`. */
  code: string
  /** One sentence, for people. */
  reason: string
  remedy: Remedy
  /** False where the same request may be taken later. */
  permanent: boolean
  messageId?: string
  status?: InfobipStatus
  error?: InfobipError
}

/** Not processed: too many requests. */
export interface Throttled {
  kind: 'throttled'
  retryAfterMs?: number
}

/** Not processed: the key is wrong, expired, or lacks the scope. It concerns the account, not the message. */
export interface RefusedKey {
  kind: 'refused-key'
  httpStatus: 401 | 403
  error: InfobipError
}

/** Not processed: no byte of the request left this machine. */
export interface Unsent {
  kind: 'unsent'
  cause: ExchangeFailure
}

/** It may have been processed: no answer, or one that is not Infobip's. Look it up before sending again, and then with the same messageId. */
export interface Unknown {
  kind: 'unknown'
  /** `HTTP_502`, `UNREADABLE_ANSWER`, or the failure's code. */
  code: string
  reason: string
  httpStatus?: number
}

export type Outcome = Accepted | Rejected | Throttled | RefusedKey | Unsent | Unknown
