import type { Ledger, LedgerEntry, Look } from '@imchannel/ledger'
import type { Sender } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'
import type { AccountInUse, Accounts } from '../adapters/accounts.ts'
import { wait } from '../adapters/wait.ts'
import { clocksDiffer } from '../domain/clocks.ts'
import { chooseApi } from '../domain/requests/index.ts'
import type { Api } from '../domain/requests/index.ts'
import type { Outcome } from '../domain/outcome.ts'
import { commandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { Conclusions } from './conclude.ts'
import { CLAIM_MS, findOutcome, unknownAfterMsOf } from './find-outcome.ts'
import type { Handled, Work } from './work.ts'

/** `judged`: Infobip does not know the request of that time; it may be made again. */
export type Resolution = { kind: 'handled'; handled: Handled } | { kind: 'look' } | { kind: 'judged'; at: number }

interface InDoubt {
  /** By which it would be made again; undefined where the number is nobody's now. */
  route: { account: AccountInUse; sender: Sender } | undefined
  entry: LedgerEntry
  look: Look
  /** When this handling began, on performance.now()'s clock. */
  takenUpAt: number
}

interface ResolveDependencies {
  accounts: Accounts
  ledger: Ledger
  conclusions: Conclusions
  instruments: Instruments
}

/** A clock that is wrong is put right by people. */
export const CLOCK_MS = 5_000

/** A step towards knowing what became of a request whose answer nobody has. */
export async function resolveUnknown(
  { accounts, ledger, conclusions, instruments }: ResolveDependencies,
  work: Work<SendMessage>,
  { route, entry, look, takenUpAt }: InDoubt,
): Promise<Resolution> {
  const { tenant, from } = work.command
  const hash = entry.request?.account
  // Another account's logs would say of any message that they do not know it. An outcome became unknown a claim's time after
  // its request at the most: where both may have made it, the former account is asked, since the present one, should it have
  // been that, knows the message when it comes again.
  const ageMs = look.now - entry.at + (entry.state === 'unknown' ? CLAIM_MS : 0)
  const maker = accounts.findMaker({ tenant, number: from, hash, ageMs })
  const isMakers = maker !== undefined && maker === route?.account
  const api = entry.request?.api ?? apiOf(work.command, maker)
  const finding = await findOutcome(work, { account: maker, api, entry, look })
  switch (finding.kind) {
    case 'ended':
      return end(finding.outcome, 'logs')
    case 'lost':
      await ledger.presumeLost(work.send, finding.owner)
      return { kind: 'look' }
    case 'unanswered':
      // Nothing waits for longer than its age allows, or what is behind it in its conversation would wait with it for good. Who
      // was away for so long itself asks a while before that.
      if (isMakers && work.deadline.byAge > Date.now()) return pause(finding.ms)
      return performance.now() - takenUpAt < unknownAfterMsOf(maker) ? pause(finding.ms) : giveUp()
    case 'wait':
      return pause(finding.ms)
    case 'not-found': {
      const at = Date.now()
      // Nobody could be asked, or nobody is there to make it again.
      if (maker === undefined || route === undefined) return giveUp()
      if (work.deadline.at <= at) {
        if (clocksDiffer(at, look.now)) return pause(CLOCK_MS)
        // Not that it has expired: it may have been delivered.
        return giveUp(work.deadline.reason)
      }
      if (route.account.settings.onUnknown === 'reject') return giveUp()
      instruments.reconciled(work, 'resent')
      return { kind: 'judged', at: finding.at }
    }
  }

  async function pause(ms: number): Promise<Resolution> {
    instruments.waiting(work, entry.state === 'sending' ? 'request of another owner' : 'unknown outcome', ms)
    await wait(ms, work.signal)
    return { kind: 'look' }
  }

  function giveUp(why?: string): Promise<Resolution> {
    return end({ how: 'rejected', at: Date.now(), error: commandError('outcome_unknown', why) }, 'given-up')
  }

  async function end(outcome: Outcome, how: 'logs' | 'given-up'): Promise<Resolution> {
    const handled = await conclusions.conclude(work, outcome, entry.tries)
    if (handled === 'again') return { kind: 'look' }
    instruments.reconciled(work, how)
    return { kind: 'handled', handled }
  }
}

/** By which API the account would have sent it; undefined where that cannot be told any more. */
function apiOf(command: SendMessage, account: AccountInUse | undefined): Api | undefined {
  const sender = account?.settings.senders.find(({ number }) => number === command.from)
  if (account === undefined || sender === undefined) return undefined
  return chooseApi(command, { api: account.settings.api, scenarioKey: sender.scenarioKey })
}
