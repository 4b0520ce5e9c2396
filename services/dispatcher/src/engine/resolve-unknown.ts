import type { Ledger, LedgerEntry, Look } from '@imchannel/ledger'
import type { Sender } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'
import type { AccountInUse } from '../adapters/accounts.ts'
import { wait } from '../adapters/wait.ts'
import { chooseApi } from '../domain/requests/index.ts'
import type { Outcome } from '../domain/outcome.ts'
import { commandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { Conclusions } from './conclude.ts'
import { findOutcome } from './find-outcome.ts'
import type { Handled, Work } from './work.ts'

/** `judged`: Infobip does not know the request of that time; it may be made again. */
export type Resolution = { kind: 'handled'; handled: Handled } | { kind: 'look' } | { kind: 'judged'; at: number }

interface InDoubt {
  account: AccountInUse
  sender: Sender
  entry: LedgerEntry
  look: Look
  /** When this handling began, on performance.now()'s clock. */
  takenUpAt: number
}

/** A step towards knowing what became of a request whose answer nobody has. */
export async function resolveUnknown(
  { ledger, conclusions, instruments }: { ledger: Ledger; conclusions: Conclusions; instruments: Instruments },
  work: Work<SendMessage>,
  { account, sender, entry, look, takenUpAt }: InDoubt,
): Promise<Resolution> {
  const api = chooseApi(work.command, { api: account.settings.api, scenarioKey: sender.scenarioKey })
  const finding = await findOutcome(work, { account, api, entry, look })
  switch (finding.kind) {
    case 'ended':
      return end(finding.outcome, 'logs')
    case 'lost':
      await ledger.presumeLost(work.send, finding.owner)
      return { kind: 'look' }
    case 'unanswered':
      // Nothing waits for longer than its age allows, or what is behind it in its conversation would wait with it for good. Who
      // was away for so long itself asks a while before that.
      if (work.deadline.byAge > Date.now()) return pause(finding.ms)
      return performance.now() - takenUpAt < account.settings.unknownAfterMs ? pause(finding.ms) : giveUp()
    case 'wait':
      return pause(finding.ms)
    case 'not-found': {
      const at = Date.now()
      if (work.deadline.at <= at) {
        return end({ how: 'expired', at, error: commandError('expired', work.deadline.reason) }, 'expired')
      }
      if (account.settings.onUnknown === 'reject') return giveUp()
      instruments.reconciled(work, 'resent')
      return { kind: 'judged', at: finding.at }
    }
  }

  async function pause(ms: number): Promise<Resolution> {
    instruments.waiting(work, entry.state === 'sending' ? 'request of another owner' : 'unknown outcome', ms)
    await wait(ms, work.signal)
    return { kind: 'look' }
  }

  function giveUp(): Promise<Resolution> {
    return end({ how: 'rejected', at: Date.now(), error: commandError('outcome_unknown') }, 'given-up')
  }

  async function end(outcome: Outcome, how: 'logs' | 'expired' | 'given-up'): Promise<Resolution> {
    const handled = await conclusions.conclude(work, outcome, entry.tries)
    if (handled === 'again') return { kind: 'look' }
    instruments.reconciled(work, how)
    return { kind: 'handled', handled }
  }
}
