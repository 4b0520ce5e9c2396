import { messageAccepted, messageExpired, messageRejected } from '@imchannel/events'
import type { ImEvent, Instant, OutcomeSubject } from '@imchannel/events'
import type { InfobipStatus } from '@imchannel/infobip'
import type { CommandError } from '../errors.ts'

/** How a command ended, as the ledger keeps it until the event is in Kafka. */
export type Outcome =
  | { how: 'accepted'; at: number; status?: InfobipStatus }
  | { how: 'rejected'; at: number; error: CommandError; status?: InfobipStatus }
  | { how: 'expired'; at: number; error: CommandError }

export function encodeOutcome(outcome: Outcome): string {
  return JSON.stringify(outcome)
}

/** What a former owner left to be reported; `how` is the ledger's state, which holds even where the rest cannot be read. */
export function decodeOutcome(how: Outcome['how'], stored: string | undefined, at: number): Outcome {
  const kept = readJson(stored)
  const status = kept.status === undefined ? {} : { status: kept.status }
  const error = kept.error ?? { code: 'internal_error', reason: 'the reason was lost with its process' }
  switch (how) {
    case 'accepted':
      return { how, at: kept.at ?? at, ...status }
    case 'rejected':
      return { how, at: kept.at ?? at, error, ...status }
    case 'expired':
      return { how, at: kept.at ?? at, error }
  }
}

/** The event that tells the outcome; the same command and outcome always give the same `ce_id`. */
export function outcomeEvent(subject: OutcomeSubject, outcome: Outcome): ImEvent {
  const at = instant(outcome.at)
  switch (outcome.how) {
    case 'accepted':
      return messageAccepted(subject, { at, ...(outcome.status === undefined ? {} : { status: outcome.status }) })
    case 'rejected': {
      const { error, status } = outcome
      return messageRejected(subject, { at, error, ...(status === undefined ? {} : { status }) })
    }
    case 'expired':
      return messageExpired(subject, { at, error: outcome.error })
  }
}

function instant(at: number): Instant {
  return new Date(at).toISOString()
}

interface Kept {
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
