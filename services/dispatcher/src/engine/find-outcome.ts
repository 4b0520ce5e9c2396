import { cutReason } from '@imchannel/events'
import type { LedgerEntry, Look } from '@imchannel/ledger'
import { isDuplicate, isRefusal } from '@imchannel/infobip'
import type { InfobipStatus } from '@imchannel/infobip'
import type { AccountInUse } from '../adapters/accounts.ts'
import { unlessAbandoned } from '../adapters/wait.ts'
import type { Api } from '../domain/requests/index.ts'
import type { Outcome } from '../domain/outcome.ts'
import { REQUEST_MS } from './attempt.ts'
import type { Work } from './work.ts'

/**
 * `ended`: it is known what became of the request. `not-found`: asked late enough, and Infobip does not know it; `at` names
 * the request that was judged. `wait`: not known yet; `lost` where its owner can have no open request any more; `unanswered`
 * where Infobip was asked late enough, and did not answer.
 */
export type Finding =
  | { kind: 'ended'; outcome: Outcome }
  | { kind: 'not-found'; at: number }
  | { kind: 'wait' | 'unanswered'; ms: number }
  | { kind: 'lost'; owner: string }

/** After this no request of a claim can be open: the request's own limit, and what its process may lag behind. */
export const CLAIM_MS = REQUEST_MS + 5_000

const FIRST_QUESTION_MS = 1_000
const LONGEST_PAUSE_MS = 10_000
/** An own question, right after the request, would only meet the logs' lag. */
const SOONEST_MS = 500

interface Question {
  /** That made the request; undefined where it is kept no longer. */
  account: AccountInUse | undefined
  api: Api | undefined
  entry: LedgerEntry
  look: Look
}

/** The default of `unknownAfterMs`, for requests of accounts that are no more. */
const UNKNOWN_AFTER_MS = 60_000

export function unknownAfterMsOf(account: AccountInUse | undefined): number {
  return account?.settings.unknownAfterMs ?? UNKNOWN_AFTER_MS
}

/** Asks what became of a request whose answer is not known. One question at most for each call. */
export async function findOutcome(work: Work, { account, api, entry, look }: Question): Promise<Finding> {
  const age = look.now - entry.at
  if (entry.state === 'sending' && age >= CLAIM_MS) return { kind: 'lost', owner: entry.owner }
  const unknownAfterMs = unknownAfterMsOf(account)
  const late = entry.state === 'unknown' && age >= unknownAfterMs
  if (account === undefined || api === undefined || !account.settings.logsCover.includes(api)) {
    // Only a report can tell, and the ledger shows it; it is looked at again until patience ends.
    return late
      ? { kind: 'not-found', at: entry.at }
      : { kind: 'wait', ms: Math.min(pauseMs(age), untilNext(entry, age, unknownAfterMs)) }
  }
  if (age < SOONEST_MS) return { kind: 'wait', ms: SOONEST_MS - age }
  const found = await unlessAbandoned(account.logs.ask(work.send.messageId), work.signal)
  switch (found.kind) {
    case 'found':
      return { kind: 'ended', outcome: outcomeOf(found.status, look.now) }
    case 'not-found':
      return late
        ? { kind: 'not-found', at: entry.at }
        : { kind: 'wait', ms: Math.min(pauseMs(age), untilNext(entry, age, unknownAfterMs)) }
    case 'no-answer':
      return { kind: late ? 'unanswered' : 'wait', ms: pauseMs(age) }
  }
}

/** Longer with the request's age: most are found at once, the others late. */
function pauseMs(age: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_QUESTION_MS, age / 2))
}

function untilNext(entry: LedgerEntry, age: number, unknownAfterMs: number): number {
  return Math.max(50, (entry.state === 'sending' ? CLAIM_MS : unknownAfterMs) - age)
}

/** A line in the logs means that Infobip took the message, unless it says that it was refused. */
function outcomeOf(status: InfobipStatus | undefined, at: number): Outcome {
  if (status === undefined || !isRefusal(status) || isDuplicate(status) || status.groupId !== 5) {
    return { how: 'accepted', at, ...(status === undefined ? {} : { status }) }
  }
  const code = status.name ?? 'REJECTED'
  return {
    how: 'rejected',
    at,
    status,
    error: { code, reason: cutReason(status.description ?? `Infobip’s logs say ${code}`) },
  }
}
