import type { MarkRead, StartTyping } from '@imchannel/events'
import type { Ledger } from '@imchannel/ledger'
import type { AccountInUse, Accounts } from '../adapters/accounts.ts'
import type { Slot } from '../adapters/semaphore.ts'
import { untilAny } from '../adapters/until-any.ts'
import { untilWritten } from '../adapters/until-written.ts'
import { Abandoned, unlessAbandoned, wait } from '../adapters/wait.ts'
import type { Outcome } from '../domain/outcome.ts'
import { buildReadRequest, buildTypingRequest } from '../domain/requests/index.ts'
import { retryDelay } from '../domain/retry-delay.ts'
import { commandError } from '../errors.ts'
import type { CommandError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { afterAnswer } from '../domain/after-answer.ts'
import type { Attempt } from './attempt.ts'
import type { Conclusions } from './conclude.ts'
import { lookUp } from './look-up.ts'
import { noRoute } from './no-route.ts'
import { createWaitingRoom } from './waiting-room.ts'
import type { Handled, Work } from './work.ts'

export interface IndicatorDependencies {
  ledger: Ledger
  accounts: Accounts
  conclusions: Conclusions
  attempt: Attempt
  instruments: Instruments
}

/**
 * Of a window of 4,000. Infobip takes ten a second of an account: what stands behind 300 waits for half of its minute, and marking
 * a later message of a conversation marks the earlier ones as well.
 */
const MOST_WAITING = { ofName: 300, inAll: 1_200 }

/**
 * Marks as read, or shows that somebody types. Twice does what once does, so there is no claim and no question: what
 * failed is tried again, for a minute in all.
 */
export function createSendIndicator(
  deps: IndicatorDependencies,
): (work: Work<MarkRead | StartTyping>) => Promise<Handled> {
  const { ledger, accounts, conclusions, attempt, instruments } = deps
  const room = createWaitingRoom(MOST_WAITING)

  return async (work) => {
    const { command, send, owner, signal } = work
    // A request was made whose answer nobody has; the ledger tells it to those that come after this one.
    let isInDoubt = false
    using seat = room.enter(`${command.tenant}/${accounts.find(command.tenant, command.from)?.account.settings.id}`)
    for (let tries = 0; ;) {
      const { held } = await lookUp(deps, work)
      if (
        held.kind === 'entry' &&
        held.entry.state !== 'idle' &&
        held.entry.state !== 'sending' &&
        held.entry.state !== 'unknown'
      ) {
        if (!held.entry.reported) return conclusions.report(work, held.entry)
        instruments.repeated(work, held.entry.print !== send.identity.print)
        return 'done'
      }
      const left = held.kind === 'entry' && held.entry.state === 'unknown' ? held.entry : undefined
      isInDoubt ||= left !== undefined
      const outcome = await tryOnce(work, ++tries)
      if (outcome === undefined) continue
      return conclusions.conclude(work, outcome, { attempts: tries, unknownAt: left?.at })
    }

    async function tryOnce(work: Work<MarkRead | StartTyping>, tries: number): Promise<Outcome | undefined> {
      const now = Date.now()
      if (work.deadline.at <= now) return givenUp(now, commandError('expired', work.deadline.reason))
      const route = accounts.find(command.tenant, command.from)
      if (route === undefined) return givenUp(now, noRoute(accounts, command))
      if (seat.lost.aborted) {
        const reason = `${MOST_WAITING.ofName} later ones of its account wait, as many as can be made in time`
        return givenUp(now, commandError('expired', reason))
      }
      const { account } = route
      using until = untilAny([signal, seat.lost], work.deadline.at - now)
      const slot = account.health.unwell() === undefined ? await obtainSlot(work, account, until.signal) : undefined
      if (slot !== undefined) {
        const request =
          command.type === 'imchannel.message.read.v1'
            ? buildReadRequest(command)
            : buildTypingRequest(command, send.messageId)
        using _ = slot
        const next = afterAnswer(await attempt(work, account, { request, number: tries }), { tries, now: Date.now() })
        switch (next.kind) {
          // What happens here says nothing of the account's sends: the key may lack a scope, the endpoint be down alone.
          case 'conclude':
            return next.outcome
          case 'again':
            if (next.throttleMs !== undefined) await account.health.throttle('indicators', next.throttleMs)
            break
          case 'unknown':
            isInDoubt = true
            await untilWritten(() => ledger.settle(send, owner, { state: 'unknown' }), {
              signal,
              onRefused: instruments.redisFailed,
            })
            break
        }
      }
      await waitWithin(retryDelay(tries, Math.random()), until.signal, signal)
      return undefined
    }

    /** Not that it has expired, or that nobody could do it, where it may have been done. */
    function givenUp(at: number, why: CommandError): Outcome {
      if (isInDoubt) return { how: 'rejected', at, error: commandError('outcome_unknown', why.reason) }
      return { how: why.code === 'expired' ? 'expired' : 'rejected', at, error: why }
    }
  }
}

/** Undefined where there is none now; `until` ends the wait for one without a word. @throws Abandoned */
async function obtainSlot(
  work: Work<MarkRead | StartTyping>,
  account: AccountInUse,
  until: AbortSignal,
): Promise<Slot | undefined> {
  try {
    const throttledMs = await unlessAbandoned(account.health.throttledMs('indicators'), until)
    if (throttledMs > 0) return undefined
    if (work.command.type === 'imchannel.message.read.v1') {
      const { taken } = await unlessAbandoned(account.reads.take(account.settings.id, 1), until)
      if (taken === 0) return undefined
    }
    const [slot] = await account.indicatorSlots.take(1, until)
    return slot
  } catch (error) {
    if (error instanceof Abandoned && !work.signal.aborted) return undefined
    throw error
  }
}

/** Waits, at most until `until` fires. @throws Abandoned where the work is. */
async function waitWithin(ms: number, until: AbortSignal, abandoned: AbortSignal): Promise<void> {
  try {
    await wait(ms, until)
  } catch (error) {
    if (abandoned.aborted) throw error
  }
}
