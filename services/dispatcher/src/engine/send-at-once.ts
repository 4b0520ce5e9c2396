import type { SendMessage } from '@imchannel/events'
import type { Sender } from '@imchannel/config'
import type { AccountInUse } from '../adapters/accounts.ts'
import type { PrepareMedia } from '../adapters/media-preparation.ts'
import { Abandoned, unlessAbandoned } from '../adapters/wait.ts'
import { listMedia } from '../domain/requests/index.ts'
import type { Parking } from './parking.ts'
import { prepare, requestClaimed } from './request-message.ts'
import type { AfterRequest, RequestDependencies } from './request-message.ts'
import type { Work } from './work.ts'

export interface AtOnceDependencies extends RequestDependencies {
  parking: Parking
  prepareMedia: PrepareMedia
}

/** Sends what can be sent without waiting for anybody; undefined where it has to go the long way, and nothing has happened. */
export type SendAtOnce = (work: Work<SendMessage>, route: Route) => Promise<AfterRequest | undefined>

interface Route {
  account: AccountInUse
  sender: Sender
}

/** Where one command was handled before, others were: a process has died, or a partition has come back. */
const REPEATS_MS = 250

/**
 * The short way of nearly every command, of which the ledger has never heard: claim and leave to send are asked for in one
 * trip to Redis, without a look before. The claim is made only where there is nothing, and given back where there is no leave.
 */
export function createSendAtOnce(deps: AtOnceDependencies): SendAtOnce {
  const { ledger, parking, prepareMedia, instruments, isSuspect } = deps
  const repeatsUntil = new WeakMap<AccountInUse, number>()

  async function mayTry(work: Work<SendMessage>, { account, sender }: Route): Promise<boolean> {
    if (isSuspect(work) || listMedia(work.command.content).length > 0 || account.pair(sender) !== undefined)
      return false
    if (performance.now() < (repeatsUntil.get(account) ?? 0)) return false
    if ((await parking.reasonToPark(work, account)) !== undefined || account.health.unwell() !== undefined) return false
    return work.deadline.at > Date.now() && !work.signal.aborted
  }

  return async (work, route) => {
    if (!(await mayTry(work, route))) return undefined
    const { account, sender } = route
    const { owner, signal } = work
    const found = await prepareMedia(work.command, signal)
    if (found.kind !== 'ready') return undefined
    const prepared = prepare(work, { account, sender, media: found.media })
    const askedAt = performance.now()
    const claim = ledger.claimNew(prepared.send, owner)
    const leave = account.pacer(sender).acquireAtOnce()
    let isUsed = false
    try {
      const [{ verdict }, permit] = await unlessAbandoned(Promise.all([claim, leave]), signal)
      // A permit that is of no use is lost to the sender, and there would be one for each repeat.
      if (verdict !== 'claimed') repeatsUntil.set(account, performance.now() + REPEATS_MS)
      else if (permit === undefined || permit === 'unwell') await ledger.withdraw(prepared.send, owner)
      else {
        isUsed = true
        using slot = permit
        instruments.waitedForPermit(work, performance.now() - askedAt)
        return await requestClaimed(deps, work, {
          ...prepared,
          account,
          slot,
          judged: undefined,
          tries: 1,
          claimedAt: askedAt,
        })
      }
      return undefined
    } catch (error) {
      // It may be made yet, and nobody would use it.
      if (error instanceof Abandoned && !isUsed)
        void claim.then(() => ledger.withdraw(prepared.send, owner)).catch(() => undefined)
      throw error
    } finally {
      if (!isUsed) void leave.then((permit) => permit !== undefined && permit !== 'unwell' && permit.release())
    }
  }
}
