import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger, Look } from '@imchannel/ledger'
import { breakDispatcher } from './broken-dispatcher.ts'

const nothing = async (): Promise<Look> => ({ held: { kind: 'absent' }, now: Date.now() })

/** What is in doubt stays so, and is asked for at once again and again: without a pause nothing else would have its turn. */
const forget = async (): Promise<Look> => sleep(1_000).then(nothing)

/** Remembers nothing: whoever asks may send. */
const noLedger: Ledger = {
  find: nothing,
  claim: async () => ({ ...(await nothing()), verdict: 'claimed' }),
  claimNew: async () => ({ ...(await nothing()), verdict: 'claimed' }),
  withdraw: async () => undefined,
  settle: async () => ({ ...(await nothing()), verdict: 'written' }),
  reported: async () => undefined,
  markOwnerLost: forget,
  presumeUnknown: forget,
  strike: nothing,
  findByMessageIds: async () => new Map(),
  clearRejected: async (_tenant, messageIds) => ({ cleared: [], kept: [], absent: messageIds }),
}

export const createDispatcher = breakDispatcher(() => ({ ledger: noLedger }))
