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

/** A step towards knowing what became of a request whose answer nobody has. */
export async function resolveUnknown(
  { ledger, conclusions, instruments }: { ledger: Ledger; conclusions: Conclusions; instruments: Instruments },
  work: Work<SendMessage>,
  { account, sender, entry, look }: { account: AccountInUse; sender: Sender; entry: LedgerEntry; look: Look },
): Promise<Resolution> {
  const api = chooseApi(work.command, { api: account.settings.api, scenarioKey: sender.scenarioKey })
  const finding = await findOutcome(work, { account, api, entry, look })
  switch (finding.kind) {
    case 'ended':
      return end(finding.outcome, 'logs')
    case 'lost':
      await ledger.presumeLost(work.send, finding.owner)
      return { kind: 'look' }
    case 'wait':
      instruments.waiting(work, entry.state === 'sending' ? 'request of another owner' : 'unknown outcome', finding.ms)
      await wait(finding.ms, work.signal)
      return { kind: 'look' }
    case 'not-found': {
      const at = Date.now()
      if (work.deadline.at <= at) {
        return end({ how: 'expired', at, error: commandError('expired', work.deadline.reason) }, 'expired')
      }
      if (account.settings.onUnknown === 'reject') {
        return end({ how: 'rejected', at, error: commandError('outcome_unknown') }, 'given-up')
      }
      instruments.reconciled(work, 'resent')
      return { kind: 'judged', at: finding.at }
    }
  }

  async function end(outcome: Outcome, how: 'logs' | 'expired' | 'given-up'): Promise<Resolution> {
    const handled = await conclusions.conclude(work, outcome, entry.tries)
    if (handled === 'again') return { kind: 'look' }
    instruments.reconciled(work, how)
    return { kind: 'handled', handled }
  }
}
