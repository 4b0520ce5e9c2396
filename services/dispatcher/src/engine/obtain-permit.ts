import type { SendMessage } from '@imchannel/events'
import type { Admission } from '../adapters/circuit-breaker.ts'
import type { RateLimiter } from '../adapters/rate-limiter.ts'
import type { Slot } from '../adapters/semaphore.ts'
import { untilAny } from '../adapters/until-any.ts'
import { unlessAbandoned, wait } from '../adapters/wait.ts'
import type { Instruments } from '../instruments.ts'
import type { Parking } from './parking.ts'
import type { Route } from './prepare-request.ts'
import { createMutex } from './mutex.ts'
import type { Work } from './work.ts'

/** Leave for one request. What is not used of it goes to the next one when it is disposed of. */
export interface PermitToSend extends Disposable {
  readonly route: Route
  /** Released with the answer: what is written down of it afterwards may have to wait for Redis or Kafka. */
  readonly slot: Slot
}

/** Waits until the account, the pair limit and the sender's pace let a command go; undefined where things changed meanwhile. */
export type ObtainPermit = (
  work: Work<SendMessage>,
  route: Route,
  options: { alone: boolean },
) => Promise<PermitToSend | undefined>

export interface PermitDependencies {
  parking: Parking
  instruments: Instruments
}

export function createObtainPermit({ parking, instruments }: PermitDependencies): ObtainPermit {
  // Commands that twice did not survive their handling run one at a time: should one end the process, no other is with it.
  const turns = createMutex()

  async function obtain(work: Work<SendMessage>, route: Route): Promise<PermitToSend | undefined> {
    const { account, sender } = route
    const { tenant, from, to } = work.command
    const startedAt = performance.now()
    using until = untilAny([work.signal, parking.signalFor(work)], work.deadline.at - Date.now())
    let admission: Admission | undefined
    let permit: PermitToSend | undefined
    try {
      admission = await account.health.admit(until.signal)
      if (admission === 'look') return undefined
      const pair = account.pair(sender)
      if (pair !== undefined) await pairPermit(pair, `${tenant}:${from}:${to}`, until.signal)
      const slot = await account.pacer(sender).acquire(until.signal, work.rank)
      if (slot === 'unwell') return undefined
      const isTrial = admission === 'trial'
      instruments.waitedForPermit(work, performance.now() - startedAt)
      permit = {
        route,
        slot,
        [Symbol.dispose]: () => {
          slot.release()
          if (isTrial) account.health.unused()
        },
      }
    } catch (error) {
      if (work.signal.aborted || !until.signal.aborted) throw error
    } finally {
      // Somebody else's turn to show whether the account is well.
      if (admission === 'trial' && permit === undefined) account.health.unused()
    }
    return permit
  }

  /** Who waits for a turn of its own holds up nobody; of those there is one open request at a time. */
  async function takeTurn(work: Work<SendMessage>, permit: PermitToSend): Promise<PermitToSend | undefined> {
    permit.slot.release()
    const entering = turns.enter()
    try {
      const turn = await unlessAbandoned(entering, work.signal)
      const all = new DisposableStack()
      all.use(turn)
      all.use(permit)
      // It was long in coming; the account may have asked meanwhile to be left alone, or have gone out of service.
      const { health } = permit.route.account
      if (health.unwell() === undefined && (await health.throttledMs('sends')) === 0)
        return { ...permit, [Symbol.dispose]: () => all.dispose() }
      all.dispose()
      return undefined
    } catch (error) {
      permit[Symbol.dispose]()
      void entering.then((turn) => turn[Symbol.dispose]())
      throw error
    }
  }

  return async (work, route, { alone }) => {
    const permit = await obtain(work, route)
    return alone && permit !== undefined ? takeTurn(work, permit) : permit
  }
}

async function pairPermit(gate: RateLimiter, key: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { taken, waitMs } = await unlessAbandoned(gate.take(key, 1), signal)
    if (taken > 0) return
    await wait(waitMs, signal)
  }
}
