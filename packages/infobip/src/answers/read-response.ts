import type { ExchangeResponse, ExchangeResult } from '../client/exchange.ts'
import { readErrorBody } from './error-body.ts'
import { isForeignRefusal, isPage } from './foreign-answer.ts'
import type { Outcome, Rejected, Unknown } from './outcome.ts'
import { readThrottled } from './retry-after.ts'
import { isDuplicate, isRefusal, readStatus, remedyOf } from './status.ts'
import type { InfobipStatus } from './status.ts'

export interface SentMessage {
  /** What the answer's body looks like: one message, a list of messages, or nothing (`204`, or a body that says nothing). */
  answer: 'message' | 'messages' | 'none'
  /** The id that was set in the request; absent where the endpoint has none. */
  messageId?: string
  /** Epoch milliseconds, for a `Retry-After` that is a date. */
  now: number
}

/**
 * What an exchange with a sending endpoint means for its one message. Pure.
 *
 * A 200 is an acceptance only if it can be read; 429 is not processed; 401 and 403 concern the key; other 4xx are
 * refusals where they are in Infobip's words; 408, 5xx, pages of whatever is in between and everything lost on the way may
 * have been processed.
 */
export function readResponse(sent: SentMessage, result: ExchangeResult): Outcome {
  switch (result.kind) {
    case 'not-sent':
      return { kind: 'unsent', cause: result.cause }
    case 'unknown':
      return { kind: 'unknown', code: result.cause.code, reason: result.cause.message }
    case 'response':
      return readAnswer(sent, result)
  }
}

function readAnswer(sent: SentMessage, response: ExchangeResponse): Outcome {
  const { status } = response
  if (status >= 200 && status < 300) return readSuccess(sent, response)
  if (status === 429 || (status < 500 && isThrottling(response))) return readThrottled(response, sent.now)
  // 408 is sent by gateways that gave up on either side of themselves; 5xx says nothing about how far it came.
  if (status === 408 || status >= 500 || isForeignRefusal(response)) return lost(response)
  if (status === 401 || status === 403) {
    return { kind: 'refused-key', httpStatus: status, error: readErrorBody(response.parsed, response.body) }
  }
  return refusedRequest(response)
}

function readSuccess(sent: SentMessage, response: ExchangeResponse): Outcome {
  if (isPage(response)) return unreadable(response)
  if (sent.answer === 'none') return { kind: 'accepted', duplicate: false, ...idOf(sent.messageId) }
  const entry = findEntry(sent, response.parsed)
  if (entry === undefined) return unreadable(response)
  const messageId = typeof entry.messageId === 'string' ? entry.messageId : sent.messageId
  const status = readStatus(entry.status)
  if (status === undefined) {
    // Our own id given back is a receipt; an entry with neither id nor status says nothing.
    return entry.messageId === sent.messageId && sent.messageId !== undefined
      ? { kind: 'accepted', duplicate: false, messageId: sent.messageId }
      : unreadable(response)
  }
  if (isDuplicate(status)) return { kind: 'accepted', duplicate: true, ...idOf(messageId), status }
  if (isRefusal(status)) return refusedMessage(response.status, messageId, status)
  return { kind: 'accepted', duplicate: false, ...idOf(messageId), status }
}

type Entry = Readonly<Record<string, unknown>>

/** The entry of our message: by id first, since the list's order is not promised; a lone entry is ours in any case. */
function findEntry(sent: SentMessage, parsed: unknown): Entry | undefined {
  const body = entryOf(parsed)
  if (body === undefined) return undefined
  // Either shape is taken from either endpoint: they differ by nothing but history.
  const entries = (Array.isArray(body.messages) ? body.messages : [body])
    .map(entryOf)
    .filter((entry) => entry !== undefined)
  const own = entries.find((entry) => sent.messageId !== undefined && entry.messageId === sent.messageId)
  if (own !== undefined) return own
  return entries.length === 1 ? entries[0] : undefined
}

function entryOf(value: unknown): Entry | undefined {
  // A non-null object can be read by key; each value is checked where it is used.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry) : undefined
}

function refusedMessage(httpStatus: number, messageId: string | undefined, status: InfobipStatus): Rejected {
  const remedy = remedyOf(status)
  const name = status.name ?? `STATUS_${status.groupId}_${status.id ?? 'UNKNOWN'}`
  return {
    kind: 'rejected',
    httpStatus,
    code: name,
    reason:
      status.description ?? `Infobip refused the message with status ${status.groupId}/${status.id ?? '?'} ${name}`,
    remedy,
    permanent: remedy === 'none',
    ...idOf(messageId),
    status,
  }
}

function refusedRequest(response: ExchangeResponse): Rejected {
  const error = readErrorBody(response.parsed, response.body)
  // A redirect means that the base URL is not the account's: no message of the account will get through.
  const remedy = response.status < 400 ? 'account' : 'none'
  return {
    kind: 'rejected',
    httpStatus: response.status,
    code: error.code ?? `HTTP_${response.status}`,
    reason: [error.text, ...error.violations].join('; '),
    remedy,
    permanent: remedy === 'none',
    error,
  }
}

const throttlingCodes = new Set(['TOO_MANY_REQUESTS', 'E429'])

function isThrottling(response: ExchangeResponse): boolean {
  const { code } = readErrorBody(response.parsed, response.body)
  return code !== undefined && throttlingCodes.has(code)
}

function lost(response: ExchangeResponse): Unknown {
  const { text } = readErrorBody(response.parsed, response.body)
  const reason = isForeignRefusal(response) ? `not in Infobip’s words: ${text}` : text
  return { kind: 'unknown', code: `HTTP_${response.status}`, reason, httpStatus: response.status }
}

function unreadable(response: ExchangeResponse): Unknown {
  const reason = response.truncated
    ? 'the answer is larger than the limit'
    : 'the answer says nothing about the message'
  return { kind: 'unknown', code: 'UNREADABLE_ANSWER', reason, httpStatus: response.status }
}

function idOf(messageId: string | undefined): { messageId?: string } {
  return messageId === undefined ? {} : { messageId }
}
