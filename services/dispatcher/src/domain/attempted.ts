import type { MessageAttempted, OutcomeSubject } from '@imchannel/events'
import type { ExchangeResult, Outcome } from '@imchannel/infobip'

/** One request that was made, and what its answer means. */
export interface Attempted {
  readonly account: string
  readonly api: string
  /** Method and path, names in place of what differs. */
  readonly endpoint: string
  /** 1 is the command's first. */
  readonly number: number
  readonly result: ExchangeResult
  readonly answer: Outcome
  readonly seconds: number
}

/** Infobip's words are of any length. */
const MOST_REASON = 500

/** The diagnosis of one request. Infobip's words may quote a customer's: with `mask` they are left out. */
export function attemptedData(
  subject: OutcomeSubject & { readonly tenant: string },
  attempt: Attempted,
  privacy: 'none' | 'mask',
): MessageAttempted {
  const { result, answer, seconds } = attempt
  const { code, reason } = failureOf(answer)
  return {
    tenant: subject.tenant,
    commandId: subject.commandId,
    kind: subject.kind,
    messageId: subject.messageId,
    from: subject.from,
    to: subject.to,
    account: attempt.account,
    api: attempt.api,
    endpoint: attempt.endpoint,
    attempt: attempt.number,
    outcome: answer.kind,
    httpStatus: result.kind === 'response' ? result.status : undefined,
    code,
    reason: privacy === 'mask' ? undefined : reason?.slice(0, MOST_REASON),
    retryAfterMs: answer.kind === 'throttled' ? answer.retryAfterMs : undefined,
    durationMs: Math.round(seconds * 1_000_000) / 1_000,
  }
}

function failureOf(answer: Outcome): { code?: string | undefined; reason?: string } {
  switch (answer.kind) {
    case 'accepted':
    case 'throttled':
      return {}
    case 'rejected':
    case 'unknown':
      return answer
    case 'refused-key':
      return { code: answer.error.code, reason: answer.error.text }
    case 'unsent':
      return { code: answer.cause.code, reason: answer.cause.message }
  }
}
