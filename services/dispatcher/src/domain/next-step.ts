import { cutReason } from '@imchannel/events'
import { isDuplicate, isRefusal } from '@imchannel/infobip'
import type { InfobipStatus } from '@imchannel/infobip'
import type { LedgerEntry, Look } from '@imchannel/ledger'
import { commandError } from '../errors.ts'
import type { CommandError } from '../errors.ts'
import { afterAnswer } from './after-answer.ts'
import type { Sign } from './after-answer.ts'
import { clocksDiffer } from './clocks.ts'
import type { Deadline } from './deadline.ts'
import type { FormName } from './gates/gate-reading.ts'
import type { Decided, Hand, Known, Pause } from './known.ts'
import type { Advice, Outcome } from './outcome.ts'

/** What decides about one message at one moment: the command, the configuration, the clocks, and what was learned so far. */
export interface Facts {
  /** This machine's clock, ms since 1970. */
  readonly now: number
  /** How long this handling has had the command, ms. */
  readonly elapsedMs: number
  readonly deadline: Deadline
  /** Token of this handling's claims. */
  readonly owner: string
  /** The ledger may have forgotten what became of the command. */
  readonly isSuspect: boolean
  /**
   * Of a suspect: whatever the ledger lost of it was claimed before this, on Redis's clock; undefined where that is not known.
   * One moment for all commands that a loss made doubtful, so that they do not wait one after the other.
   */
  readonly suspectSince: number | undefined
  /** `validateOnly`: no request is ever made of it, so that none can be in doubt. */
  readonly isDryRun: boolean
  /** What is known beforehand of how it would end. Read where nothing is in hand alone. */
  readonly fit: Fit
  /** Gates judge by facts that are not read yet, or were read too long ago. */
  readonly isUnjudged: boolean
  /** Its number has budgets: what it counts in them is reserved before each request. */
  readonly hasBudgets: boolean
  /** It has two forms: what was sent as which is told. */
  readonly hasFallback: boolean
  /** Nothing speaks against sending it without a look at the ledger, but what is among these facts. */
  readonly mayGoAtOnce: boolean
  /** By which it would be sent now; undefined where its number is in no account. */
  readonly account: { readonly onUnknown: 'resend' | 'reject' } | undefined
  /** That made the request which is in doubt; undefined where it is kept no longer, or none is. */
  readonly maker: Maker | undefined
  /** A claim must not be used: the work is abandoned, or the number went to another account since. */
  readonly isMoved: boolean
  readonly known: Known
}

/**
 * `wait`: what a gate has to know is being made anew.
 * `send`: as far as can be told, Infobip would take it; gates that do not reject say what speaks against it. `end`: it ends without a request, refused, expired or checked alone.
 * Whatever else is to be known before a message is sent is a reason to end here: what a request may have done already is
 * never undone by it.
 */
export type Fit =
  | { readonly kind: 'send'; readonly form: FormName; readonly advice: readonly Advice[] }
  | { readonly kind: 'wait'; readonly because: string }
  | { readonly kind: 'end'; readonly outcome: Outcome }

/** The account of a request in doubt. */
export interface Maker {
  readonly unknownAfterMs: number
  /** Its logs show messages of the request's API. */
  readonly isCovered: boolean
  /** It is the account that the command would be sent by now. */
  readonly isPresent: boolean
}

/** The one thing to be done next with a command. */
export type Step =
  /** Settled and told before. */
  | { readonly do: 'finish-repeat' }
  /** Settled, and whoever settled it did not live to tell. */
  | { readonly do: 'report-settled'; readonly entry: LedgerEntry }
  | {
      readonly do: 'conclude'
      readonly outcome: Outcome
      readonly attempts: number
      /** The `at` of the request that it is certain of: of any other that is unknown it says nothing. */
      readonly unknownAt?: number | undefined
      /** How a doubt ended with it, where there was one. */
      readonly settledBy?: 'report' | 'logs' | 'given-up' | undefined
      readonly sign?: Sign | undefined
    }
  | { readonly do: 'park'; readonly reason: string }
  /** The ledger forgot things: the command counts as sent with an unknown outcome. */
  | {
      readonly do: 'mark-unknown'
      /** When it was sent at the latest, on Redis's clock; undefined where that is not known. */
      readonly since: number | undefined
    }
  | { readonly do: 'mark-owner-lost'; readonly owner: string }
  | { readonly do: 'look' }
  | { readonly do: 'ask-parking' }
  | { readonly do: 'ask-logs' }
  | { readonly do: 'read-facts' }
  | { readonly do: 'prepare-media'; readonly form: FormName }
  /** `alone`: it ended its handlings before their time; with no other beside it, it ends nobody else's. */
  | { readonly do: 'obtain-permit'; readonly alone: boolean }
  /** Counts it in its budgets, or finds that one has no room. */
  | { readonly do: 'reserve'; readonly decided: Decided }
  /** A new command's claim and permit in one trip. */
  | { readonly do: 'claim-at-once'; readonly decided: Decided }
  /** `judged`: the `at` of the unknown request that was asked about and not found. The form is kept with the claim. */
  | { readonly do: 'claim'; readonly judged: number | undefined; readonly decided: Decided }
  | { readonly do: 'request' }
  /**
   * The claim ends without an outcome: none of its requests was taken (`idle`), or one may have been. `isOpen`: it is this one;
   * otherwise an earlier one, which was judged.
   */
  | {
      readonly do: 'release-claim'
      readonly as: 'idle' | 'unknown'
      readonly isOpen: boolean
      readonly pause?: Pause | undefined
      readonly sign?: Sign | undefined
      readonly throttleMs?: number | undefined
    }
  | { readonly do: 'wait'; readonly ms: number | 'backoff'; readonly because: string }
  /** This machine's clock or Redis's is wrong: neither says what is too late. */
  | { readonly do: 'wait-for-clocks'; readonly ms: number; readonly aheadMs: number }
  /** A newer version wrote the entry: to guess what it says could send a message twice. */
  | { readonly do: 'wait-for-newer'; readonly ms: number; readonly format: string }

/** The whole exchange with Infobip, whose answers take well under a second. What waits for requests to be over is derived from it. */
export const REQUEST_MS = 10_000
/** After this no request of a claim can be open: the request's own limit, and what its process may lag behind. */
export const CLAIM_MS = REQUEST_MS + 5_000
/** Between the claim and the request lies nothing but this process; where that took longer, the claim is too old to be used. */
export const MOST_CLAIM_AGE_MS = 2_000
/** The default of `unknownAfterMs`, for requests of accounts that are no more. */
export const UNKNOWN_AFTER_MS = 60_000
/** An outcome that was settled this long ago and is not reported yet had a reporter that died. */
export const REPORT_GRACE_MS = 5_000
/** Handlings in a row that may end without an end: twice is an accident; the third time the command is set aside. */
export const MOST_STRIKES = 3
/** From the second unfinished handling on a command goes alone. */
const SUSPICIOUS_STRIKES = 2
const LOOK_AGAIN_MS = 500
/** For a refusal that passes by itself. */
const LONG_PAUSE_MS = 60_000
/** A clock that is wrong is put right by people. */
const CLOCK_MS = 5_000
/** A rolling upgrade takes minutes: looking more often would not help. */
const NEWER_MS = 5_000
const FIRST_QUESTION_MS = 1_000
const LONGEST_PAUSE_MS = 10_000
const SHORTEST_PAUSE_MS = 50
/** An own question, right after the request, would only meet the logs' lag. */
const SOONEST_MS = 500

/** The promise "a command is sent once", as a rule: what is done next, whatever was lost, repeated or cut off before. */
export function nextStep(facts: Facts): Step {
  const { hand, look } = facts.known
  switch (hand.is) {
    case 'claimed':
      return whenClaimed(facts, hand)
    case 'answered':
      return whenAnswered(facts, hand)
    case 'resting':
      return whenResting(hand.pause)
    case 'empty':
      return look === undefined ? beforeLooking(facts) : whenLooked(facts, look)
  }
}

function beforeLooking({ known, isSuspect, fit, mayGoAtOnce, isUnjudged }: Facts): Step {
  if (known.triedAtOnce || !mayGoAtOnce || isSuspect || fit.kind !== 'send') return { do: 'look' }
  if (known.parking === undefined) return { do: 'ask-parking' }
  if (known.parking !== 'direct') return { do: 'look' }
  return isUnjudged ? { do: 'read-facts' } : { do: 'claim-at-once', decided: fit }
}

function whenLooked(facts: Facts, look: Look): Step {
  const { held } = look
  if (held.kind === 'foreign') return { do: 'wait-for-newer', ms: NEWER_MS, format: held.format }
  const entry = held.kind === 'entry' ? held.entry : undefined
  switch (entry?.state) {
    case 'accepted':
    case 'rejected':
    case 'expired':
      return whenSettled(facts, look, entry)
    case 'sending':
    case 'unknown':
      return entry.reportSeen ? whenSeen(facts, look, entry) : whenInDoubt(facts, look, entry)
    case 'idle':
      return entry.reportSeen ? whenSeen(facts, look, entry) : whenUntouched(facts, look, entry)
    case undefined:
      return whenUntouched(facts, look, undefined)
  }
}

function whenSettled({ owner }: Facts, { now }: Look, entry: LedgerEntry): Step {
  if (entry.reported) return { do: 'finish-repeat' }
  return entry.owner !== owner && now - entry.at < REPORT_GRACE_MS
    ? { do: 'wait', ms: LOOK_AGAIN_MS, because: 'another handling tells its outcome' }
    : { do: 'report-settled', entry }
}

/** A report shows it: it was sent, whatever the answer said. */
function whenSeen(facts: Facts, { now }: Look, entry: LedgerEntry): Step {
  const settledBy = entry.state === 'unknown' ? 'report' : undefined
  const outcome: Outcome = { how: 'accepted', at: now, ...sentAs(facts, entry) }
  return { do: 'conclude', outcome, attempts: entry.tries, settledBy }
}

/** The form of the request that was taken, where it can be told. */
function sentAs({ hasFallback }: Facts, { request }: LedgerEntry): Pick<Outcome & { how: 'accepted' }, 'sentAs'> {
  return hasFallback && request?.form !== undefined ? { sentAs: request.form } : {}
}

/** Nothing of it can be on its way, as far as the ledger knows. */
function whenUntouched(facts: Facts, look: Look, entry: LedgerEntry | undefined): Step {
  const { known, fit, isDryRun } = facts
  const tries = entry?.tries ?? 0
  if (!isDryRun && isForgotten(facts, tries)) return { do: 'mark-unknown', since: latestLoss(facts) }
  if (fit.kind === 'end') {
    if (fit.outcome.how === 'expired' && clocksDiffer(fit.outcome.at, look.now)) return waitForClocks(facts, look)
    // A check alone tells what the gates say of it.
    if (facts.isUnjudged && fit.outcome.how === 'accepted') return { do: 'read-facts' }
    // Once a request was asked about in vain it may have been delivered, whatever is wrong with the command now.
    const outcome = known.judged === undefined ? fit.outcome : unlessAccepted(facts, fit.outcome)
    return { do: 'conclude', outcome, attempts: tries }
  }
  return fit.kind === 'wait' ? whenToWait(facts, fit.because) : whenToBeSent(facts, entry, fit)
}

/** Not long: what it waits for is looked at again. */
function whenToWait({ known, isUnjudged }: Facts, because: string): Step {
  return whetherParked(known) ?? (isUnjudged ? { do: 'read-facts' } : { do: 'wait', ms: LOOK_AGAIN_MS, because })
}

/** Whether a request may be missing from the ledger, which was emptied or set back. */
function isForgotten({ known: { open, judged }, isSuspect }: Facts, tries: number): boolean {
  if (open !== undefined && (open.isOwn || tries < open.tries)) return true
  const isOwnWord = judged !== undefined && tries > judged.tries
  return isSuspect && !isOwnWord
}

/** This handling's own request, that the ledger does not show, may be later than any that others have made. */
function latestLoss({ known: { open }, isSuspect, suspectSince }: Facts): number | undefined {
  return isSuspect && suspectSince !== undefined ? Math.max(suspectSince, open?.at ?? 0) : undefined
}

/** A request of it is open, or nobody knows what it did. */
function whenInDoubt(facts: Facts, look: Look, entry: LedgerEntry): Step {
  const { known, account } = facts
  const parked = account === undefined ? undefined : whetherParked(known)
  if (parked !== undefined) return parked
  if (isJudged(known, entry)) return whenNotFound(facts, look, entry)
  const age = ageOf(facts, look, entry)
  if (entry.state === 'unknown') return whenUnknown(facts, look, { entry, age })
  if (age >= CLAIM_MS) return { do: 'mark-owner-lost', owner: entry.owner }
  const because = 'request of another owner'
  const later: Step = { do: 'wait', ms: pauseMs(age, CLAIM_MS), because }
  return askAbout(facts, look, { entry, age, because, orElse: () => later })
}

function whenUnknown(facts: Facts, look: Look, { entry, age }: { entry: LedgerEntry; age: number }): Step {
  const { logs } = facts.known
  const patience = patienceOf(facts)
  const because = 'unknown outcome'
  const later: Step = { do: 'wait', ms: pauseMs(age, patience), because }
  const orElse = (): Step => (age >= patience ? whenNotFound(facts, look, entry) : later)
  if (logs?.kind === 'no-answer' && age >= patience && !isWorthAsking(facts, patience))
    return giveUp(entry, unknown(facts))
  return askAbout(facts, look, { entry, age, because, orElse })
}

interface Question {
  readonly entry: LedgerEntry
  readonly age: number
  readonly because: string
  /** Where nobody knows it. */
  readonly orElse: () => Step
}

function askAbout(facts: Facts, look: Look, question: Question): Step {
  const { logs } = facts.known
  const { entry, age, because, orElse } = question
  // Only a report can tell, and the ledger shows it; it is looked at again until patience ends.
  if (facts.maker?.isCovered !== true) return orElse()
  if (age < SOONEST_MS) return { do: 'wait', ms: SOONEST_MS - age, because }
  switch (logs?.kind) {
    case undefined:
      return { do: 'ask-logs' }
    case 'found': {
      const { tries: attempts, at: unknownAt } = entry
      const outcome = outcomeOf(logs.status, look.now)
      const taken = outcome.how === 'accepted' ? { ...outcome, ...sentAs(facts, entry) } : outcome
      return { do: 'conclude', outcome: taken, attempts, unknownAt, settledBy: 'logs' }
    }
    case 'not-found':
      return orElse()
    case 'no-answer':
      return { do: 'wait', ms: pauseMs(age), because }
  }
}

/** Whether this handling has asked about it before, or knows that it was not taken. */
function isJudged({ judged, open }: Known, { state, at }: LedgerEntry): boolean {
  return state === 'unknown' && judged?.at === at && (open === undefined || open.at <= at)
}

/**
 * The age of the latest request that there may have been, on Redis's clock. A ledger that was set back shows an earlier one:
 * what this handling knows of later ones counts, and those that it does not know were claimed before the loss could be known
 * to whoever has the partition since; where nobody can say when that was, before its first look.
 */
function ageOf(facts: Facts, { now }: Look, { at }: LedgerEntry): number {
  const { known, isSuspect, suspectSince = known.firstLookAt ?? 0 } = facts
  return now - Math.max(at, known.open?.at ?? 0, isSuspect ? suspectSince : 0)
}

/**
 * After how long a request that was asked about in vain counts as not taken. One that the ledger lost may still be open: it was
 * claimed at the moment from which its age is counted, at the latest, and no claim is used for longer than `CLAIM_MS`.
 */
function patienceOf({ maker, isSuspect }: Facts): number {
  return Math.max(maker?.unknownAfterMs ?? UNKNOWN_AFTER_MS, isSuspect ? CLAIM_MS : 0)
}

/** Longer with the request's age: most are found at once, the others late. Not beyond the age at which it is decided. */
function pauseMs(age: number, decidedAt = Infinity): number {
  const pause = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_QUESTION_MS, age / 2))
  return Math.min(pause, Math.max(SHORTEST_PAUSE_MS, decidedAt - age))
}

/**
 * Nothing waits for longer than its age allows, or what is behind it in its conversation would wait with it for good. Who was
 * away for so long itself asks a while before that, and so does who asks an account that it would not send by.
 */
function isWorthAsking({ maker, deadline, now, elapsedMs }: Facts, patience: number): boolean {
  return (maker?.isPresent === true && deadline.byAge > now) || elapsedMs < patience
}

/** Asked late enough, and not known to Infobip; or nobody could be asked. */
function whenNotFound(facts: Facts, look: Look, entry: LedgerEntry): Step {
  const { maker, account, fit } = facts
  // Nobody could be asked, or nobody is there to make it again.
  if (maker === undefined || account === undefined) return giveUp(entry, unknown(facts))
  if (fit.kind === 'end') {
    if (fit.outcome.how === 'expired' && clocksDiffer(facts.now, look.now)) return waitForClocks(facts, look)
    // Not by its own code: it may have been delivered.
    const outcome = fit.outcome.how === 'accepted' ? unknown(facts) : unlessAccepted(facts, fit.outcome)
    return giveUp(entry, outcome)
  }
  if (account.onUnknown === 'reject') return giveUp(entry, unknown(facts))
  return fit.kind === 'wait' ? whenToWait(facts, fit.because) : whenToBeSent(facts, entry, fit)
}

function whenToBeSent(facts: Facts, entry: LedgerEntry | undefined, decided: Decided): Step {
  const { known } = facts
  // Of the other form they are none.
  const media = known.mediaOf === decided.form ? known.media : undefined
  const isUnknown = entry?.state === 'unknown'
  const strikes = entry?.strikes ?? 0
  const parked = whetherParked(known)
  if (parked !== undefined) return parked
  // Before anything is prepared, and again where a permit was waited for.
  if (facts.isUnjudged) return { do: 'read-facts' }
  if (strikes >= MOST_STRIKES) {
    // Where logs were asked, none of its requests was taken; where time alone has passed, one may have been.
    const isSure = !isUnknown || facts.maker?.isCovered === true
    return reject(facts, entry, { error: commandError('internal_error', 'its process died each time'), isSure })
  }
  switch (media?.kind) {
    case undefined:
      return { do: 'prepare-media', form: decided.form }
    case 'later':
      return { do: 'wait', ms: 'backoff', because: media.reason }
    case 'refused':
      return reject(facts, entry, { error: media.error, isSure: !isUnknown && known.judged === undefined })
    case 'ready':
      break
  }
  if (!known.hasPermit) return { do: 'obtain-permit', alone: strikes >= SUSPICIOUS_STRIKES }
  return whenPermitted(facts, decided, isUnknown ? entry.at : undefined)
}

/** What it counts in budgets is reserved last: nothing is left but the claim. */
function whenPermitted({ hasBudgets, known: { reserved } }: Facts, decided: Decided, judged: number | undefined): Step {
  if (reserved !== undefined) return { do: 'claim', judged, decided: { ...decided, reserved } }
  return hasBudgets ? { do: 'reserve', decided } : { do: 'claim', judged, decided }
}

function reject(
  facts: Facts,
  entry: LedgerEntry | undefined,
  { error, isSure }: { error: CommandError; isSure: boolean },
): Step {
  const outcome: Outcome = isSure ? { how: 'rejected', at: facts.now, error } : unknown(facts, error.reason)
  const unknownAt = entry?.state === 'unknown' ? entry.at : undefined
  return { do: 'conclude', outcome, attempts: entry?.tries ?? 0, unknownAt }
}

function whetherParked({ parking }: Known): Step | undefined {
  if (parking === undefined) return { do: 'ask-parking' }
  return parking === 'direct' ? undefined : { do: 'park', reason: parking.reason }
}

function whenClaimed(facts: Facts, { askedAtMs }: Extract<Hand, { is: 'claimed' }>): Step {
  const isOld = facts.elapsedMs - askedAtMs > MOST_CLAIM_AGE_MS
  if (isOld || facts.isMoved) return { do: 'release-claim', as: withoutRequest(facts), isOpen: false }
  // The ledger may have been emptied while the command waited for its turn, and a former owner have sent it meanwhile.
  if (facts.known.judged === undefined && facts.isSuspect) return { do: 'release-claim', as: 'unknown', isOpen: true }
  return { do: 'request' }
}

/** What a command is when its latest request was certainly not taken: an earlier one that nobody found may have been. */
function withoutRequest({ known: { judged } }: Facts): 'idle' | 'unknown' {
  return judged === undefined ? 'idle' : 'unknown'
}

function whenAnswered(facts: Facts, { answer, claim, decided }: Extract<Hand, { is: 'answered' }>): Step {
  const { tries, at: unknownAt } = claim
  const next = afterAnswer(answer, { tries, now: facts.now })
  switch (next.kind) {
    case 'conclude':
      return {
        do: 'conclude',
        outcome: told(facts, next.outcome, decided),
        attempts: tries,
        unknownAt,
        sign: next.sign,
      }
    case 'unknown':
      return { do: 'release-claim', as: 'unknown', isOpen: true, sign: next.sign }
    case 'again': {
      const { delay, sign, throttleMs } = next
      const pause = delay === 'none' ? undefined : delay
      return { do: 'release-claim', as: withoutRequest(facts), isOpen: false, pause, sign, throttleMs }
    }
  }
}

/** With what was decided about the request that it is the outcome of. */
function told({ hasFallback }: Facts, outcome: Outcome, decided: Decided | undefined): Outcome {
  if (decided === undefined || outcome.how !== 'accepted') return outcome
  const { form, advice, reserved = [] } = decided
  const counted = reserved.length === 0 ? {} : { reserved }
  return {
    ...outcome,
    ...counted,
    ...(advice.length === 0 ? {} : { advice }),
    ...(hasFallback ? { sentAs: form } : {}),
  }
}

function whenResting(pause: Pause): Step {
  switch (pause) {
    case 'short':
      return { do: 'wait', ms: LOOK_AGAIN_MS, because: 'another handling has a say in it' }
    case 'backoff':
      return { do: 'wait', ms: 'backoff', because: 'not processed by Infobip' }
    case 'long':
      return { do: 'wait', ms: LONG_PAUSE_MS, because: 'refused for now' }
  }
}

function waitForClocks({ now }: Facts, look: Look): Step {
  return { do: 'wait-for-clocks', ms: CLOCK_MS, aheadMs: now - look.now }
}

function giveUp({ tries, at: unknownAt }: LedgerEntry, outcome: Outcome): Step {
  return { do: 'conclude', outcome, attempts: tries, unknownAt, settledBy: 'given-up' }
}

/** A request of it may have been taken: what refuses it now is no certain end, and a gate that does is told as advice. */
function unlessAccepted(facts: Facts, outcome: Outcome): Outcome {
  if (outcome.how === 'accepted') return outcome
  const { code, reason, gate } = outcome.error
  const end = unknown(facts, reason)
  return gate === undefined ? end : { ...end, advice: [{ gate, code, reason }] }
}

function unknown({ now }: Facts, why?: string): Outcome & { how: 'rejected' } {
  return { how: 'rejected', at: now, error: commandError('outcome_unknown', why) }
}

/** A line in the logs means that Infobip took the message, unless it says that it was refused. */
function outcomeOf(status: InfobipStatus | undefined, at: number): Outcome {
  if (status === undefined || !isRefusal(status) || isDuplicate(status) || status.groupId !== 5) {
    return { how: 'accepted', at, ...(status === undefined ? {} : { status }) }
  }
  const code = status.name ?? 'REJECTED'
  const reason = cutReason(status.description ?? `Infobip’s logs say ${code}`)
  return { how: 'rejected', at, status, error: { code, reason } }
}
