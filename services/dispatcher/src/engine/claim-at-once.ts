import type { SendMessage } from '@imchannel/events'
import type { Ledger } from '@imchannel/ledger'
import type { AccountInUse } from '../adapters/accounts.ts'
import { Abandoned, unlessAbandoned } from '../adapters/wait.ts'
import type { Instruments } from '../instruments.ts'
import type { PermitToSend } from './obtain-permit.ts'
import { prepareRequest } from './prepare-request.ts'
import type { Preparation, Prepared, Route } from './prepare-request.ts'
import type { Work } from './work.ts'

/** A claim with all that its request needs. */
export interface Claimed {
  readonly prepared: Prepared
  readonly permit: PermitToSend
  /** On Redis's clock. */
  readonly at: number
}

/**
 * Claims and asks for leave to send in one trip to Redis, without a look before. The claim is made only where there is nothing, and
 * given back where there is no leave: undefined, and nothing has happened.
 */
export interface ClaimAtOnce {
  claim(work: Work<SendMessage>, route: Route, about: Omit<Preparation, 'media'>): Promise<Claimed | undefined>
  /** Whether it is worth trying: where one command was handled before, others were. */
  isWorthTrying: (account: AccountInUse) => boolean
}

/** A process has died, or a partition has come back. */
const REPEATS_MS = 250

export function createClaimAtOnce({ ledger, instruments }: { ledger: Ledger; instruments: Instruments }): ClaimAtOnce {
  const repeatsUntil = new WeakMap<AccountInUse, number>()

  return {
    isWorthTrying: (account) =>
      account.health.unwell() === undefined && performance.now() >= (repeatsUntil.get(account) ?? 0),

    claim: async (work, route, about) => {
      const { owner, signal } = work
      const { account, sender } = route
      const prepared = prepareRequest(work, route, { ...about, media: new Map() })
      const askedAt = performance.now()
      const claim = ledger.claimNew(prepared.send, owner)
      const leave = account.pacer(sender).acquireAtOnce(work.rank)
      let isUsed = false
      try {
        const [{ verdict, now }, slot] = await unlessAbandoned(Promise.all([claim, leave]), signal)
        // A permit that is of no use is lost to the sender, and there would be one for each repeat.
        if (verdict !== 'claimed') repeatsUntil.set(account, performance.now() + REPEATS_MS)
        else if (slot === undefined || slot === 'unwell') await ledger.withdraw(prepared.send, owner)
        else {
          isUsed = true
          instruments.waitedForPermit(work, performance.now() - askedAt)
          return { prepared, at: now, permit: { route, slot, [Symbol.dispose]: () => slot.release() } }
        }
        return undefined
      } catch (error) {
        // It may be made yet, and nobody would use it.
        if (error instanceof Abandoned && !isUsed)
          void claim.then(() => ledger.withdraw(prepared.send, owner)).catch(() => undefined)
        throw error
      } finally {
        if (!isUsed) void leave.then((slot) => slot !== undefined && slot !== 'unwell' && slot.release())
      }
    },
  }
}
