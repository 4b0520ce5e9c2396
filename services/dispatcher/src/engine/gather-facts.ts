import type { SendMessage } from '@imchannel/events'
import type { LedgerEntry, Look } from '@imchannel/ledger'
import type { AccountInUse, Accounts, Gated } from '../adapters/accounts.ts'
import { fixedForm, inForm } from '../domain/gates/form-of.ts'
import { isFresh } from '../domain/gates/gate-reading.ts'
import { judge } from '../domain/gates/judge.ts'
import { needsOf } from '../domain/gates/needs-reading.ts'
import type { Known } from '../domain/known.ts'
import { outcomeOfJudgement } from '../domain/gates/outcome-of-judgement.ts'
import { CLAIM_MS } from '../domain/next-step.ts'
import type { Facts, Fit, Maker } from '../domain/next-step.ts'
import { checkSend, chooseApi, listMedia } from '../domain/requests/index.ts'
import type { Api } from '../domain/requests/index.ts'
import { commandError } from '../errors.ts'
import { noRoute } from './no-route.ts'
import type { Route } from './prepare-request.ts'
import type { Work } from './work.ts'

/** What is asked for the facts of a round. Nothing of it waits. */
export interface FactSources {
  accounts: Accounts
  /** Whether the ledger may have forgotten what became of the record. */
  isSuspect: (work: Work) => boolean
  /** When that was at the latest; undefined where it is not known. */
  suspectSince: (work: Work) => number | undefined
  /** Nothing is known against sending by the account without a look at the ledger first. */
  mayGoAtOnce: (account: AccountInUse) => boolean
}

/** One handling's way to its facts. */
export interface FactsOf {
  (known: Known, claimedBy: AccountInUse | undefined): Facts
}

export function createFactsOf(
  { accounts, isSuspect, suspectSince, mayGoAtOnce }: FactSources,
  work: Work<SendMessage>,
): FactsOf {
  const { command, deadline, owner, signal } = work
  const { tenant, from } = command
  const startedAt = performance.now()
  const { fallback } = command
  const hasMedia = [command.content, ...(fallback === undefined ? [] : [fallback])].some(
    (content) => listMedia(content).length > 0,
  )
  const isDryRun = command.validateOnly === true
  let checked: { route: Route; refusal: ReturnType<typeof checkSend> } | undefined

  /** What Infobip would say to it does not change from round to round, unless the configuration does. */
  function check(route: Route, now: number): ReturnType<typeof checkSend> {
    const { account, sender } = route
    if (checked?.route !== route) {
      const context = { api: account.settings.api, scenarioKey: sender.scenarioKey, now }
      const refusal = checkSend(command, context) ?? checkFallback(command, context)
      checked = { route, refusal }
    }
    return checked.refusal
  }

  /** How the command ends without any request: no tenant, out of time, no sender, nothing that Infobip would take, a check alone. */
  function fitOf(known: Known, route: Gated | undefined, at: number): Fit {
    const isKnown = accounts.knows(tenant)
    if (isKnown && deadline.at <= at)
      return { kind: 'end', outcome: { how: 'expired', at, error: commandError('expired', deadline.reason) } }
    if (!isKnown || route === undefined)
      return { kind: 'end', outcome: { how: 'rejected', at, error: noRoute(accounts, command) } }
    const refusal = check(route, at)
    if (refusal !== undefined) {
      const { code, reason } = refusal
      return { kind: 'end', outcome: { how: 'rejected', at, error: { code, reason } } }
    }
    const fixed = fallback === undefined ? 'content' : fixedForm(known, isSuspect(work))
    if (fixed === 'lost') {
      const error = commandError('outcome_unknown', 'the ledger lost which of its two forms was requested')
      return { kind: 'end', outcome: { how: 'rejected', at, error } }
    }
    const nowMs = performance.now() - startedAt
    const { gates: modes, budgets } = route
    const judgement = judge({ command, modes, budgets, reading: known.gates, nowMs, now: at, fixedForm: fixed })
    return outcomeOfJudgement(judgement, { at, isDryRun })
  }

  return (known, claimedBy) => {
    const now = Date.now()
    const route = accounts.find(tenant, from)
    const elapsedMs = performance.now() - startedAt
    return {
      now,
      elapsedMs,
      deadline,
      owner,
      isSuspect: isSuspect(work),
      suspectSince: suspectSince(work),
      isDryRun,
      // Judged where it is asked for alone: not while a claim or an answer is in hand.
      get fit() {
        return fitOf(known, route, now)
      },
      isUnjudged: route !== undefined && asks(route) && !isFresh(known.gates, elapsedMs),
      hasBudgets: route?.budgets !== undefined,
      hasFallback: fallback !== undefined,
      mayGoAtOnce:
        !hasMedia &&
        route !== undefined &&
        route.budgets === undefined &&
        route.account.pair(route.sender) === undefined &&
        mayGoAtOnce(route.account) &&
        !signal.aborted,
      account: route === undefined ? undefined : { onUnknown: route.account.settings.onUnknown },
      maker: makerIn(known.look, route),
      isMoved: signal.aborted || (claimedBy !== undefined && route?.account !== claimedBy),
      known,
    }
  }

  /** Whether any gate that is on has something to be read. */
  function asks(route: Gated): boolean {
    return Object.values(needsOf(command, route)).includes(true)
  }

  function makerIn(look: Look | undefined, route: Route | undefined): Maker | undefined {
    const entry = inDoubt(look)
    const account =
      look === undefined || entry === undefined ? undefined : makerOf(accounts, command, { entry, now: look.now })
    if (account === undefined || entry === undefined) return undefined
    const api = entry.request?.api ?? apiOf(command, account)
    const { unknownAfterMs, logsCover } = account.settings
    return {
      unknownAfterMs,
      isCovered: api !== undefined && logsCover.includes(api),
      isPresent: account === route?.account,
    }
  }
}

/** The second form is refused with the command: nobody would notice it before the window is closed. */
function checkFallback(command: SendMessage, context: Parameters<typeof checkSend>[1]): ReturnType<typeof checkSend> {
  if (command.fallback === undefined) return undefined
  const refusal = checkSend(inForm(command, 'fallback'), context)
  return refusal === undefined ? undefined : { ...refusal, reason: `fallback: ${refusal.reason}` }
}

/**
 * The account that made a request which is in doubt. Another account's logs would say of any message that they do not know it.
 * An outcome became unknown a claim's time after its request at the most: where both may have made it, the former account is
 * asked, since the present one, should it have been that, knows the message when it comes again.
 */
export function makerOf(
  accounts: Accounts,
  { tenant, from }: SendMessage,
  { entry, now }: { entry: LedgerEntry; now: number },
): AccountInUse | undefined {
  const ageMs = now - entry.at + (entry.state === 'unknown' ? CLAIM_MS : 0)
  return accounts.findMaker({ tenant, number: from, hash: entry.request?.account, ageMs })
}

export function inDoubt(look: Look | undefined): LedgerEntry | undefined {
  if (look?.held.kind !== 'entry') return undefined
  const { entry } = look.held
  return entry.state === 'sending' || entry.state === 'unknown' ? entry : undefined
}

/** By which API the account would have sent it; undefined where that cannot be told any more. */
function apiOf(command: SendMessage, account: AccountInUse): Api | undefined {
  const sender = account.settings.senders.find(({ number }) => number === command.from)
  if (sender === undefined) return undefined
  return chooseApi(command, { api: account.settings.api, scenarioKey: sender.scenarioKey })
}
