import { positionId } from '@imchannel/events'
import type { OutcomeSubject } from '@imchannel/events'
import type { Ledger } from '@imchannel/ledger'
import type { Outcome } from '../domain/outcome.ts'
import { CLAIM_MS, REPORT_GRACE_MS } from '../domain/next-step.ts'
import { commandError } from '../errors.ts'
import type { CommandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { Conclusions } from './conclude.ts'
import { lookUp } from './look-up.ts'
import { REFUSED_PRINT, refusedWork } from './to-work.ts'
import type { Handling } from './to-work.ts'
import type { Handled, Work } from './work.ts'

/** Ends commands that are refused before anybody looks at what they would send. */
export interface Refusals {
  /** One that could not be read as a command. `bound` is the tenant that its topic is for. */
  unreadable(
    handling: Handling,
    subject: OutcomeSubject,
    why: { error: CommandError; bound: string | undefined },
  ): Promise<Handled>
  /** One in a topic that is for another tenant, which has no part in it. */
  misplaced(handling: Handling, subject: OutcomeSubject, bound: string): Promise<Handled>
}

export interface RefusalDependencies {
  ledger: Ledger
  conclusions: Conclusions
  instruments: Instruments
}

export function createRefusals(deps: RefusalDependencies): Refusals {
  const { ledger, conclusions, instruments } = deps

  /** Tells and keeps nothing in the ledger: the event is known by the record's place. */
  async function tellAlone(handling: Handling, subject: OutcomeSubject, error: CommandError): Promise<Handled> {
    const { original, signal } = handling
    const place = positionId(original)
    await conclusions.refuse(original, { ...subject, messageId: undefined, place }, error, signal)
    return 'done'
  }

  function misplaced(handling: Handling, subject: OutcomeSubject, bound: string): Promise<Handled> {
    // Told to whom the topic belongs.
    const error = commandError('tenant_mismatch', `the topic is for ${bound}`)
    return tellAlone(handling, { ...subject, tenant: bound }, error)
  }

  /** Takes the id only where nothing has it: whatever a valid command left there stands, also an outcome that nobody knows. */
  async function refuse(work: Work, error: CommandError): Promise<Handled> {
    const { send, owner } = work
    const { held, now } = await lookUp(deps, work)
    const outcome: Outcome = { how: 'rejected', at: Date.now(), error }
    if (held.kind === 'absent') {
      const { verdict } = await ledger.claimNew(send, owner)
      return verdict === 'claimed' ? conclusions.conclude(work, outcome, { attempts: 0 }) : 'again'
    }
    const { entry } = held
    const isOther = entry.print !== REFUSED_PRINT
    if (isOther || entry.reported) {
      instruments.repeated(work, isOther)
      return 'done'
    }
    const about = { attempts: 0, unknownAt: entry.at }
    switch (entry.state) {
      case 'accepted':
      case 'rejected':
      case 'expired':
        // Its reporter may be at it.
        return now - entry.at < REPORT_GRACE_MS ? 'again' : conclusions.report(work, entry)
      case 'sending':
        if (now - entry.at < CLAIM_MS) return 'again'
        await ledger.markOwnerLost(send, entry.owner)
        return conclusions.conclude(work, outcome, about)
      case 'idle':
      case 'unknown':
        // A report with its messageId: it was sent, by whomever.
        return conclusions.conclude(work, entry.reportSeen ? { how: 'accepted', at: now } : outcome, about)
    }
  }

  return {
    misplaced,

    unreadable: (handling, subject, { error, bound }) => {
      if (bound !== undefined && (subject.tenant ?? bound) !== bound) return misplaced(handling, subject, bound)
      const tenant = bound ?? subject.tenant
      if (tenant === undefined) return tellAlone(handling, subject, error)
      return refuse(refusedWork(handling, { ...subject, tenant }), error)
    },
  }
}
