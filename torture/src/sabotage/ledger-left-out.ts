import type { Ledger, Look } from '@imchannel/ledger'
import { breakDispatcher } from './broken-dispatcher.ts'

const nothing = async (): Promise<Look> => ({ held: { kind: 'absent' }, now: Date.now() })

/** Remembers nothing: whoever asks may send. */
const noLedger: Ledger = {
  find: nothing,
  claim: async () => ({ ...(await nothing()), verdict: 'claimed' }),
  claimNew: async () => ({ ...(await nothing()), verdict: 'claimed' }),
  withdraw: async () => undefined,
  settle: async () => ({ ...(await nothing()), verdict: 'written' }),
  reported: async () => undefined,
  presumeLost: nothing,
  presumeUnknown: nothing,
  strike: nothing,
  findByMessageIds: async () => new Map(),
  clearRejected: async (_tenant, messageIds) => ({ cleared: [], kept: [], absent: messageIds }),
}

export const createDispatcher = breakDispatcher(() => ({ ledger: noLedger }))
