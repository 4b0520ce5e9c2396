import type { Sender } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'
import type { Admission } from '../adapters/account-health.ts'
import type { AccountInUse } from '../adapters/accounts.ts'
import type { RateGate } from '../adapters/rate-gate.ts'
import type { Slot } from '../adapters/request-slots.ts'
import { untilAny } from '../adapters/until-any.ts'
import { unlessAbandoned, wait } from '../adapters/wait.ts'
import type { Instruments } from '../instruments.ts'
import type { Work } from './work.ts'

/** Leave for one request. `trial`: it is the one that is to show whether the account is well again. */
export interface PermitToSend {
  readonly slot: Slot
  readonly trial: boolean
}

/** Waits until the account, the pair limit and the sender's pace let the command go; `look` where things changed meanwhile. */
export async function obtainPermit(
  { instruments, parked }: { instruments: Instruments; parked: AbortSignal },
  work: Work<SendMessage>,
  { account, sender }: { account: AccountInUse; sender: Sender },
): Promise<PermitToSend | 'look'> {
  const { tenant, from, to } = work.command
  const startedAt = performance.now()
  using until = untilAny([work.signal, parked], work.deadline.at - Date.now())
  let admission: Admission | undefined
  let permit: PermitToSend | 'look' = 'look'
  try {
    admission = await account.health.admit(until.signal)
    if (admission === 'look') return 'look'
    const pair = account.pair(sender)
    if (pair !== undefined) await pairPermit(pair, `${tenant}:${from}:${to}`, until.signal)
    const slot = await account.pacer(sender).acquire(until.signal)
    if (slot !== 'unwell') {
      permit = { slot, trial: admission === 'trial' }
      instruments.waitedForPermit(work, performance.now() - startedAt)
    }
  } catch (error) {
    if (work.signal.aborted || !until.signal.aborted) throw error
  } finally {
    // Somebody else's turn to show whether the account is well.
    if (admission === 'trial' && permit === 'look') account.health.unused()
  }
  return permit
}

async function pairPermit(gate: RateGate, key: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { taken, waitMs } = await unlessAbandoned(gate.take(key, 1), signal)
    if (taken > 0) return
    await wait(waitMs, signal)
  }
}
