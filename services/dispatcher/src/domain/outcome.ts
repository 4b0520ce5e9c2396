import { messageAccepted, messageExpired, messageRejected } from '@imchannel/events'
import type { ImEvent, Instant, MessageOutcome, OutcomeDecision, OutcomeSubject, Reservation } from '@imchannel/events'
import type { InfobipStatus } from '@imchannel/infobip'
import type { CommandError } from '../errors.ts'
import type { FormName } from './gates/gate-reading.ts'

/** What speaks against a message, by a gate. */
export type Advice = NonNullable<MessageOutcome['advice']>[number]

interface Told {
  /** What spoke against it, by gates that do not reject. */
  advice?: readonly Advice[]
  /** Which form was sent, of a command that has two. */
  sentAs?: FormName
  /** What it counts in budgets until its report. */
  reserved?: readonly Reservation[]
  /** Of a command that was checked only. */
  decision?: OutcomeDecision
}

/** How a command ended, as the ledger keeps it until the event is in Kafka. */
export type Outcome =
  | ({ how: 'accepted'; at: number; status?: InfobipStatus } & Told)
  | ({ how: 'rejected'; at: number; error: CommandError; status?: InfobipStatus } & Told)
  | { how: 'expired'; at: number; error: CommandError }

export function encodeOutcome(outcome: Outcome): string {
  return JSON.stringify(outcome)
}

/** What a former owner left to be reported; `how` is the ledger's state, which holds even where the rest cannot be read. */
export function decodeOutcome(how: Outcome['how'], stored: string | undefined, at: number): Outcome {
  const kept = readJson(stored)
  const { how: _how, at: _at, error: _error, ...told } = kept
  const error = kept.error ?? { code: 'internal_error', reason: 'the reason was lost with its process' }
  switch (how) {
    case 'accepted':
      return { ...told, how, at: kept.at ?? at }
    case 'rejected':
      return { ...told, how, at: kept.at ?? at, error }
    case 'expired':
      return { how, at: kept.at ?? at, error }
  }
}

/** The event that tells the outcome; the same command and outcome always give the same `ce_id`. */
export function outcomeEvent(subject: OutcomeSubject, outcome: Outcome): ImEvent {
  const at = instant(outcome.at)
  switch (outcome.how) {
    case 'accepted':
      return messageAccepted(subject, { at, ...toldOf(outcome) })
    case 'rejected':
      return messageRejected(subject, { at, error: outcome.error, ...toldOf(outcome) })
    case 'expired':
      return messageExpired(subject, { at, error: outcome.error })
  }
}

function toldOf({ status, advice, sentAs, reserved, decision }: Told & { status?: InfobipStatus }) {
  return {
    ...(status === undefined ? {} : { status }),
    ...(advice === undefined ? {} : { advice: [...advice] }),
    ...(sentAs === undefined ? {} : { sentAs }),
    ...(reserved === undefined ? {} : { reserved: [...reserved] }),
    ...(decision === undefined ? {} : { decision }),
  }
}

function instant(at: number): Instant {
  return new Date(at).toISOString()
}

interface Kept extends Told {
  how?: string
  at?: number
  status?: InfobipStatus
  error?: CommandError
}

function readJson(stored: string | undefined): Kept {
  try {
    // `as`: written by encodeOutcome, by this version or the one before; each part may be missing.
    return stored === undefined ? {} : ((JSON.parse(stored) ?? {}) as Kept)
  } catch {
    return {}
  }
}
