import { serversOf } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import { decodeEntry } from './entry.ts'
import type { LedgerEntry } from './entry.ts'

/** What `forgetCustomer` removed, and what it had to leave. */
export interface ForgottenSends {
  removed: LedgerEntry[]
  /** Their outcome is still open: without the entry the message could be sent twice. */
  open: LedgerEntry[]
}

export interface ForgetOptions {
  tenant: string
  /** Every name of the customer, as entries have them: digits, or a BSUID. */
  names: ReadonlySet<string>
  /** Finds without removing. */
  dryRun?: boolean
  /** Told after each page: entries looked at so far. */
  onProgress?: (looked: number) => void
}

const PAGE = 1_000

/**
 * Removes a customer's finished sends from the ledger. It looks through all of the tenant's entries: there is no index by
 * customer, since one would hold what is to be forgotten. A command of theirs that comes again afterwards is a new one.
 */
export async function forgetCustomer(redis: RedisClient, options: ForgetOptions): Promise<ForgottenSends> {
  const { tenant, names, dryRun = false, onProgress } = options
  const result: ForgottenSends = { removed: [], open: [] }
  let looked = 0
  for (const server of await serversOf(redis)) {
    let cursor = '0'
    do {
      const [next, keys] = await server.scan(cursor, 'MATCH', `imc:s:${tenant}:*`, 'COUNT', PAGE)
      cursor = next
      const values = await Promise.all(keys.map((key) => server.get(key)))
      for (const [index, key] of keys.entries()) {
        const held = decodeEntry(values[index])
        if (held.kind !== 'entry' || !names.has(held.entry.to)) continue
        const isFinal = ['accepted', 'rejected', 'expired'].includes(held.entry.state) && held.entry.reported
        ;(isFinal ? result.removed : result.open).push(held.entry)
        if (isFinal && !dryRun) await server.unlink(key)
      }
      looked += keys.length
      onProgress?.(looked)
    } while (cursor !== '0')
  }
  return result
}
