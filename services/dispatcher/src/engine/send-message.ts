import type { MediaRef, SendMessage } from '@imchannel/events'
import type { Ledger } from '@imchannel/ledger'
import type { AccountInUse, Accounts } from '../adapters/accounts.ts'
import type { PrepareMedia } from '../adapters/media-preparation.ts'
import { unlessAbandoned, wait } from '../adapters/wait.ts'
import { clocksDiffer } from '../domain/clocks.ts'
import type { Outcome } from '../domain/outcome.ts'
import { checkSend } from '../domain/requests/index.ts'
import type { FoundMedium } from '../domain/requests/index.ts'
import { retryDelay } from '../domain/retry-delay.ts'
import { commandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { Attempt } from './attempt.ts'
import type { Conclusions } from './conclude.ts'
import { lookUp } from './look-up.ts'
import { meetEnded } from './meet-ended.ts'
import { noRoute } from './no-route.ts'
import { obtainPermit } from './obtain-permit.ts'
import type { Parking } from './parking.ts'
import { releaseStale } from './release-stale.ts'
import { requestMessage } from './request-message.ts'
import type { AfterRequest } from './request-message.ts'
import { CLOCK_MS, resolveUnknown } from './resolve-unknown.ts'
import { createSendAtOnce } from './send-at-once.ts'
import { createTurns } from './turns.ts'
import type { Handled, Work } from './work.ts'

export interface SendDependencies {
  ledger: Ledger
  accounts: Accounts
  conclusions: Conclusions
  attempt: Attempt
  prepareMedia: PrepareMedia
  parking: Parking
  instruments: Instruments
  /** Whether the ledger may have forgotten what became of the record. */
  isSuspect(work: Work): boolean
}

type SendWork = Work<SendMessage>
type Route = ReturnType<Accounts['find']>

const LOOK_AGAIN_MS = 500
/** For a refusal that passes by itself. */
const LONG_DELAY_MS = 60_000
/** From the second unfinished handling on a command goes alone. */
const SUSPICIOUS_STRIKES = 2

/**
 * Carries one message to its end. Each round looks at the ledger, takes one step and writes it down there: whatever this
 * process knows beside may be lost between two steps.
 */
export function createSendMessage(deps: SendDependencies): (work: SendWork) => Promise<Handled> {
  const { ledger, accounts, conclusions, prepareMedia, parking, instruments } = deps
  // Commands that twice did not survive their handling run one at a time: should one end the process, no other is with it.
  const turns = createTurns()
  const sendAtOnce = createSendAtOnce(deps)

  return async (work) => {
    const { command, send, signal } = work
    const takenUpAt = performance.now()
    let media: ReadonlyMap<MediaRef, FoundMedium> | undefined
    let backoffs = 0
    // Tries of a request that this handling has seen open or unknown. It remembers that longer than a Redis which is emptied
    // or goes back in time by less than what its sentinel tells.
    let openTries = 0
    // The unknown request that it has asked about and not found, and how many there were then: what it writes down of its own
    // requests afterwards is no part of what a loss may have taken.
    let judged: number | undefined
    let judgedTries = 0

    /** Once a request was asked about in vain, the command may have been delivered, whatever is wrong with it now. */
    const conclude = (outcome: Outcome, tries: number): Promise<Handled> => {
      const isSure = judged === undefined || outcome.how === 'accepted'
      const error = isSure ? undefined : commandError('outcome_unknown', outcome.error.reason)
      return conclusions.conclude(
        work,
        error === undefined ? outcome : { how: 'rejected', at: outcome.at, error },
        tries,
      )
    }

    const backOff = async (why: string): Promise<void> => {
      const ms = retryDelay(++backoffs, Math.random())
      instruments.waiting(work, why, ms)
      await wait(ms, signal)
    }

    /** What is left to be done after a request: nothing, where the command has ended. */
    const follow = async (next: AfterRequest): Promise<Handled | undefined> => {
      switch (next.kind) {
        case 'handled':
          return next.handled
        case 'look':
          return undefined
        case 'backoff':
          await backOff('not processed by Infobip')
          return undefined
        case 'long':
          instruments.waiting(work, 'refused for now', LONG_DELAY_MS)
          await wait(LONG_DELAY_MS, signal)
          return undefined
      }
    }

    const first = accounts.find(command.tenant, command.from)
    if (first !== undefined && endWithoutRequest(work, first, accounts) === undefined) {
      const next = await sendAtOnce(work, first)
      const handled = next === undefined ? undefined : await follow(next)
      if (handled !== undefined) return handled
    }

    for (;;) {
      const look = await lookUp(deps, work)
      const entry = look.held.kind === 'entry' ? look.held.entry : undefined
      const ended = entry === undefined ? undefined : await meetEnded(deps, work, { entry, look })
      if (ended === 'look') continue
      if (ended !== undefined) return ended

      // A request may be out: what is wrong with the command now does not undo it.
      const untouched = entry === undefined || entry.state === 'idle'
      const tries = entry?.tries ?? 0
      const isOwnWord = judged !== undefined && tries > judgedTries
      if (untouched && (tries < openTries || (!isOwnWord && deps.isSuspect(work)))) {
        await ledger.presumeUnknown(send)
        openTries = 0
        judged = undefined
        continue
      }
      openTries = untouched ? 0 : tries
      const route = accounts.find(command.tenant, command.from)
      const refused = untouched ? endWithoutRequest(work, route, accounts) : undefined
      if (refused?.how === 'expired' && clocksDiffer(refused.at, look.now)) {
        instruments.clocksDiffer(refused.at - look.now)
        await wait(CLOCK_MS, signal)
        continue
      }
      if (refused !== undefined) {
        await releaseStale(ledger, send, look)
        if ((await conclude(refused, tries)) === 'done') return 'done'
        await wait(LOOK_AGAIN_MS, signal)
        continue
      }

      const why = route === undefined ? undefined : await parking.reasonToPark(work, route.account)
      if (why !== undefined) return parking.park(work, why)

      if (entry !== undefined && !untouched) {
        const resolution = await resolveUnknown(deps, work, { route, entry, look, takenUpAt })
        if (resolution.kind === 'handled') return resolution.handled
        if (resolution.kind === 'look') continue
        judged = resolution.at
        judgedTries = tries
      }
      if (route === undefined) throw new Error('a command without a sender was not refused')

      if (media === undefined) {
        const prepared = await unlessAbandoned(prepareMedia(command, signal), signal)
        switch (prepared.kind) {
          case 'ready':
            media = prepared.media
            break
          case 'later':
            await backOff(prepared.reason)
            continue
          case 'refused': {
            const outcome = { how: 'rejected', at: Date.now(), error: prepared.error } as const
            if ((await conclude(outcome, tries)) === 'done') return 'done'
            await wait(LOOK_AGAIN_MS, signal)
            continue
          }
        }
      }
      const delivery = { ...route, media, judged }

      const permit = await obtainPermit({ instruments, parked: parking.signalFor(work) }, work, route)
      if (permit === 'look') continue
      try {
        const alone = (entry?.strikes ?? 0) >= SUSPICIOUS_STRIKES
        // Who waits for a turn of its own holds up nobody; of those there is one open request at a time.
        if (alone) permit.slot.release()
        const next = await turns.take(alone, async (): Promise<AfterRequest> => {
          // Its turn was long in coming; the account may have asked meanwhile to be left alone, or have gone out of service.
          if (alone && (await isAtRest(route.account))) return { kind: 'look' }
          return requestMessage(deps, work, { ...delivery, slot: permit.slot })
        })
        const handled = await follow(next)
        if (handled !== undefined) return handled
      } finally {
        permit.slot.release()
        if (permit.trial) route.account.health.unused()
      }
    }
  }
}

async function isAtRest({ health }: AccountInUse): Promise<boolean> {
  return health.unwell() !== undefined || (await health.throttledMs('sends')) > 0
}

/** How the command ends without any request: no tenant, out of time, no sender, nothing that Infobip would take, a check alone. */
function endWithoutRequest({ command, deadline }: SendWork, route: Route, accounts: Accounts): Outcome | undefined {
  const at = Date.now()
  if (!accounts.knows(command.tenant)) return { how: 'rejected', at, error: noRoute(accounts, command) }
  if (deadline.at <= at) return { how: 'expired', at, error: commandError('expired', deadline.reason) }
  if (route === undefined) return { how: 'rejected', at, error: noRoute(accounts, command) }
  const { account, sender } = route
  const refusal = checkSend(command, { api: account.settings.api, scenarioKey: sender.scenarioKey, now: at })
  if (refusal !== undefined) return { how: 'rejected', at, error: { code: refusal.code, reason: refusal.reason } }
  return command.validateOnly === true ? { how: 'accepted', at } : undefined
}
