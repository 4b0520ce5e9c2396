import type { Ledger, Look, Send } from '@imchannel/ledger'
import { CLAIM_MS } from './find-outcome.ts'

/** Ends a claim whose owner can have no open request any more; false where there is none, or where it is too early to say. */
export async function releaseStale(ledger: Ledger, send: Send, { held, now }: Look): Promise<boolean> {
  if (held.kind !== 'entry' || held.entry.state !== 'sending' || now - held.entry.at < CLAIM_MS) return false
  await ledger.presumeLost(send, held.entry.owner)
  return true
}
