import type { createFormerAccounts as createSound } from '../../../services/dispatcher/src/adapters/former-accounts.ts'

/** An account that is configured no longer is gone at once. */
export const createFormerAccounts: typeof createSound = () => ({
  add: () => undefined,
  has: () => false,
  findMaker: () => undefined,
  close: () => undefined,
})
