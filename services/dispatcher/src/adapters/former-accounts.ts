import { accountHash } from '@imchannel/ledger'
import type { AccountInUse } from './accounts.ts'

/** A number that was an account's until the configuration changed. */
interface Former {
  readonly tenant: string
  readonly number: string
  readonly account: AccountInUse
  /** On performance.now()'s clock. */
  readonly until: number
  usedAt: number
}

/** Which request is meant: of whom, since when, and by which account where its entry says so. */
export interface RequestInDoubt {
  tenant: string
  number: string
  /** `accountHash` of the base URL. */
  hash: string | undefined
  ageMs: number
}

/** The accounts that numbers belonged to, as long as somebody may have to ask them about their requests. */
export interface FormerAccounts {
  add(number: Pick<Former, 'tenant' | 'number' | 'account'>): void
  has(account: AccountInUse): boolean
  findMaker(request: RequestInDoubt): AccountInUse | undefined
  close(): void
}

const SWEEP_MS = 60_000
/** Ten times the time after which most accounts judge a request, counted from the last question. */
const KEEP_MS = 600_000

/** @param onUnused an account is kept no longer */
export function createFormerAccounts(onUnused: (account: AccountInUse) => void): FormerAccounts {
  let formers: Former[] = []
  let timer: NodeJS.Timeout | undefined

  function sweep(): void {
    timer = undefined
    const now = performance.now()
    const past = formers
    formers = past.filter(
      ({ account, usedAt }) => now - usedAt < Math.max(KEEP_MS, 2 * account.settings.unknownAfterMs),
    )
    for (const account of new Set(past.map((one) => one.account))) if (!has(account)) onUnused(account)
    arm()
  }

  function arm(): void {
    if (formers.length > 0) timer ??= setTimeout(sweep, SWEEP_MS).unref()
  }

  function has(account: AccountInUse): boolean {
    return formers.some((former) => former.account === account)
  }

  return {
    add: (number) => {
      const now = performance.now()
      formers.push({ ...number, until: now, usedAt: now })
      arm()
    },
    has,
    findMaker: ({ tenant, number, hash, ageMs }) => {
      const madeAt = performance.now() - ageMs
      const found =
        hash === undefined
          ? // The oldest that had the number after the request: it had it then.
            formers.find((one) => one.tenant === tenant && one.number === number && one.until >= madeAt)
          : formers.findLast((one) => one.tenant === tenant && accountHash(one.account.settings.baseUrl) === hash)
      if (found !== undefined) found.usedAt = performance.now()
      return found?.account
    },
    close: () => clearTimeout(timer),
  }
}
