import { context } from '@opentelemetry/api'
import type { MediaRef, SendMessage } from '@imchannel/events'
import type { Sender } from '@imchannel/config'
import { accountHash } from '@imchannel/ledger'
import type { Ledger, RequestDetails, Send } from '@imchannel/ledger'
import { traceparentOf } from '@imchannel/telemetry'
import type { AccountInUse, Accounts } from '../adapters/accounts.ts'
import type { Slot } from '../adapters/request-slots.ts'
import { untilWritten } from '../adapters/until-written.ts'
import { buildSendRequest } from '../domain/requests/index.ts'
import type { FoundMedium, PreparedRequest } from '../domain/requests/index.ts'
import { commandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { afterAnswer } from './after-answer.ts'
import type { Attempt } from './attempt.ts'
import type { Conclusions } from './conclude.ts'
import type { Handled, Work } from './work.ts'

/** `backoff`, `long`: certainly not processed; again after a while. `look`: the ledger says what comes next. */
export type AfterRequest = { kind: 'handled'; handled: Handled } | { kind: 'look' | 'backoff' | 'long' }

export interface Delivery {
  account: AccountInUse
  sender: Sender
  media: ReadonlyMap<MediaRef, FoundMedium>
  /** Released with the answer: what is written down of it afterwards may have to wait for Redis or Kafka. */
  slot: Slot
  /** The unknown request that was asked about and not found; undefined where none was made. */
  judged: number | undefined
}

export interface RequestDependencies {
  accounts: Accounts
  ledger: Ledger
  conclusions: Conclusions
  attempt: Attempt
  instruments: Instruments
  /** Whether the ledger may have forgotten what became of the record. */
  isSuspect: (work: Work) => boolean
}

/** Between the claim and the request lies nothing but this process; where that took longer, the claim is too old to be used. */
const MOST_CLAIM_AGE_MS = 2_000

/** Claims the command, makes the request, and writes down what came of it. */
export async function requestMessage(
  deps: RequestDependencies,
  work: Work<SendMessage>,
  { account, sender, media, slot, judged }: Delivery,
): Promise<AfterRequest> {
  const { ledger, conclusions } = deps
  const prepared = prepare(work, { account, sender, media })
  if (work.deadline.at <= Date.now() || work.signal.aborted) return { kind: 'look' }

  const claimedAt = performance.now()
  const claim = await ledger.claim(prepared.send, work.owner, judged)
  const tries = claim.held.kind === 'entry' ? claim.held.entry.tries : 1
  switch (claim.verdict) {
    case 'held':
    case 'foreign':
      return { kind: 'look' }
    case 'exhausted': {
      const error = commandError('internal_error', 'its process died each time')
      const handled = await conclusions.conclude(work, { how: 'rejected', at: Date.now(), error }, tries)
      return handled === 'done' ? { kind: 'handled', handled } : { kind: 'look' }
    }
    case 'claimed':
      return requestClaimed(deps, work, { ...prepared, account, slot, judged, tries, claimedAt })
  }
}

/** What is sent, and how the ledger knows it. */
export interface Prepared {
  send: Send
  request: PreparedRequest
}

export function prepare(
  { command, send }: Work<SendMessage>,
  { account, sender, media }: Pick<Delivery, 'account' | 'sender' | 'media'>,
): Prepared {
  const traceparent = traceparentOf(context.active())
  const request = buildSendRequest(
    command,
    { api: account.settings.api, scenarioKey: sender.scenarioKey, messageId: send.messageId, now: Date.now() },
    media,
  )
  const identity = traceparent === undefined ? send.identity : { ...send.identity, traceparent }
  return { request, send: { ...send, identity, request: detailsOf(command, request, account) } }
}

function detailsOf({ content }: SendMessage, { api }: PreparedRequest, { settings }: AccountInUse): RequestDetails {
  return {
    form: 'content',
    api,
    ...(content.type === 'template' ? { template: content.name } : {}),
    account: accountHash(settings.baseUrl),
  }
}

/** A claim that was just made, and what it is for. */
export interface ClaimedDelivery extends Prepared, Pick<Delivery, 'account' | 'slot' | 'judged'> {
  /** With this one. */
  tries: number
  /** When it was asked for, on performance.now()'s clock. */
  claimedAt: number
}

/** Makes the request of a claim, and writes down what came of it. */
export async function requestClaimed(
  { accounts, ledger, conclusions, attempt, instruments, isSuspect }: RequestDependencies,
  work: Work<SendMessage>,
  { send, request, account, slot, judged, tries, claimedAt }: ClaimedDelivery,
): Promise<AfterRequest> {
  const { owner, signal } = work
  const { tenant, from } = work.command
  const isMoved = accounts.find(tenant, from)?.account !== account
  if (performance.now() - claimedAt > MOST_CLAIM_AGE_MS || signal.aborted || isMoved) {
    await ledger.settle(send, owner, { state: 'idle' })
    return { kind: 'look' }
  }

  // The ledger may have been emptied while the command waited for its turn, and a former owner have sent it meanwhile.
  if (judged === undefined && isSuspect(work)) {
    await ledger.settle(send, owner, { state: 'unknown' })
    return { kind: 'look' }
  }

  /** What Infobip has answered nobody else knows: it is written down however long Redis refuses it. */
  const settle = (state: 'idle' | 'unknown'): Promise<unknown> =>
    untilWritten(() => ledger.settle(send, owner, { state }), { signal, onRefused: instruments.redisRefused })

  const answer = await attempt(work, account, { request, number: tries })
  slot.release()
  const next = afterAnswer(answer, { tries, now: Date.now() })
  switch (next.kind) {
    case 'conclude': {
      account.health.note(next.sign)
      const handled = await conclusions.conclude(work, next.outcome, tries)
      return handled === 'done' ? { kind: 'handled', handled } : { kind: 'look' }
    }
    case 'unknown':
      account.health.note(next.sign)
      await settle('unknown')
      return { kind: 'look' }
    case 'again':
      // At the same time: until the others know, they go on.
      await Promise.all([
        settle('idle'),
        next.throttleMs !== undefined && account.health.throttle('sends', next.throttleMs),
      ])
      if (next.sign !== undefined) account.health.note(next.sign)
      return { kind: next.delay === 'none' ? 'look' : next.delay }
  }
}
