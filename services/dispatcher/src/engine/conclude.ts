import { encodeEvent } from '@imchannel/events'
import type { OutcomeSubject, Topics } from '@imchannel/events'
import type { IncomingRecord, OutgoingRecord } from '@imchannel/kafka'
import type { Ledger, LedgerEntry } from '@imchannel/ledger'
import type { RecordSink } from '../adapters/record-sink.ts'
import { untilWritten } from '../adapters/until-written.ts'
import { wait } from '../adapters/wait.ts'
import { deadLetter, deadLetterWithoutValue } from '../domain/dead-letter.ts'
import { decodeOutcome, encodeOutcome, outcomeEvent } from '../domain/outcome.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { CommandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { Handled, Work } from './work.ts'

/** What was requested of a command that ends. */
export interface ConcludedRequests {
  attempts: number
  /** The `at` of the unknown request that the outcome is certain of, where there was one. */
  unknownAt?: number | undefined
}

/**
 * Ends commands: ledger, dead letter, event, in this order, so that a death between any two of them loses none. What was only to be
 * checked has its answer in the event, and is nothing to be sent again.
 */
export interface Conclusions {
  /** Settles and reports; `again` where somebody else has a say in it meanwhile. */
  conclude(work: Work, outcome: Outcome, about: ConcludedRequests): Promise<Handled>
  /** Reports what a former owner settled and did not live to report. */
  report(work: Work, entry: LedgerEntry): Promise<Handled>
  /** A dead letter by itself: for a record that names nobody to tell. */
  setAside(record: IncomingRecord, error: CommandError, signal: AbortSignal): Promise<void>
  /** The same without a ledger entry: for a command that may not touch the tenant it names. */
  refuse(record: IncomingRecord, subject: OutcomeSubject, error: CommandError, signal: AbortSignal): Promise<void>
}

export interface ConclusionDependencies {
  ledger: Ledger
  eventSink: RecordSink
  deadLetterSink: RecordSink
  topics: Topics
  instruments: Instruments
}

/** A topic's limit is read again within a minute. */
const MENDED_MS = 30_000

export function createConclusions({
  ledger,
  eventSink,
  deadLetterSink,
  topics,
  instruments,
}: ConclusionDependencies): Conclusions {
  async function writeDeadLetter(
    record: IncomingRecord,
    error: CommandError,
    { tenant, attempts, signal }: { tenant: string; attempts: number; signal: AbortSignal },
  ): Promise<void> {
    const facts = { topic: topics.deadletter, error, attempts }
    if ((await deadLetterSink(deadLetter(record, facts), signal)) === 'too-large') {
      await untilStored(deadLetterSink, deadLetterWithoutValue(record, facts), signal)
    }
    instruments.deadLettered(tenant, error.code, error.gate)
  }

  async function writeEvent(subject: OutcomeSubject, outcome: Outcome, signal: AbortSignal): Promise<void> {
    const record = encodeEvent(outcomeEvent(subject, outcome), topics)
    if ((await eventSink(record, signal)) === 'stored') return
    // Only Infobip's own words or the caller's callback data can be that long.
    const { callbackData: _, ...short } = subject
    const bare: Outcome =
      outcome.how === 'accepted'
        ? outcome
        : { ...outcome, error: { code: outcome.error.code, reason: outcome.error.reason } }
    await untilStored(eventSink, encodeEvent(outcomeEvent(short, bare), topics), signal)
  }

  async function tell(work: Work, outcome: Outcome, attempts: number): Promise<Handled> {
    const { original, subject, send, signal } = work
    if (outcome.how === 'rejected' && subject.dryRun !== true) {
      await writeDeadLetter(original, outcome.error, { tenant: send.tenant, attempts, signal })
    }
    await writeEvent(subject, outcome, signal)
    await untilWritten(() => ledger.reported(send), { signal, onRefused: instruments.redisFailed })
    instruments.ended(work, outcome)
    return 'done'
  }

  return {
    async conclude(work, outcome, { attempts, unknownAt }) {
      const { send, owner, signal } = work
      const settlement = { state: outcome.how, outcome: encodeOutcome(outcome), unknownAt }
      const settled = await untilWritten(() => ledger.settle(send, owner, settlement), {
        signal,
        onRefused: instruments.redisFailed,
      })
      return settled.verdict === 'written' ? tell(work, outcome, attempts) : 'again'
    },

    async report(work, entry) {
      switch (entry.state) {
        case 'accepted':
        case 'rejected':
        case 'expired':
          return tell(work, decodeOutcome(entry.state, entry.outcome, entry.at), entry.tries)
        case 'idle':
        case 'sending':
        case 'unknown':
          return 'again'
      }
    },

    async setAside(record, error, signal) {
      await writeDeadLetter(record, error, { tenant: '-', attempts: 0, signal })
    },

    async refuse(record, subject, error, signal) {
      if (subject.dryRun !== true)
        await writeDeadLetter(record, error, { tenant: subject.tenant ?? '-', attempts: 0, signal })
      await writeEvent(subject, { how: 'rejected', at: Date.now(), error }, signal)
    },
  }
}

/** For what has nothing left to leave out: a topic that refuses even that has to be mended, and the command waits for it. */
async function untilStored(sink: RecordSink, record: OutgoingRecord, signal: AbortSignal): Promise<void> {
  while ((await sink(record, signal)) === 'too-large') await wait(MENDED_MS, signal)
}
