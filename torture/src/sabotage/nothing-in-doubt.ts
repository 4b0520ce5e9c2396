import {
  createLedgerWatch as createSound,
  type LedgerWatch,
  type LedgerWatchOptions,
} from '../../../services/dispatcher/src/adapters/ledger-watch.ts'

export { formatMark, latestMark } from '../../../services/dispatcher/src/adapters/ledger-watch.ts'

/** Doubts nothing after a loss: a ledger that remembers nothing would doubt the same command for ever. */
export function createLedgerWatch(options: LedgerWatchOptions): LedgerWatch {
  return { ...createSound(options), isSuspect: () => false }
}
