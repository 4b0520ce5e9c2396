import type { LedgerEntry, Look } from '@imchannel/ledger'
import { wait } from '../adapters/wait.ts'
import type { Instruments } from '../instruments.ts'
import type { Conclusions } from './conclude.ts'
import type { Handled, Work } from './work.ts'

/** An outcome that was settled this long ago and is not reported yet had a reporter that died. */
const REPORT_GRACE_MS = 5_000
const LOOK_AGAIN_MS = 500

/**
 * What another handling, or an earlier life of this one, has settled: a repeat, or an outcome that is still to be told.
 * `look`: the ledger has to be looked at again. Undefined: nothing is settled yet.
 */
export async function meetEnded(
  { conclusions, instruments }: { conclusions: Conclusions; instruments: Instruments },
  work: Work,
  { entry, look }: { entry: LedgerEntry; look: Look },
): Promise<Handled | 'look' | undefined> {
  switch (entry.state) {
    case 'idle':
    case 'sending':
    case 'unknown': {
      if (!entry.reportSeen) return undefined
      const handled = await conclusions.conclude(work, { how: 'accepted', at: look.now }, entry.tries)
      if (handled === 'again') return 'look'
      if (entry.state === 'unknown') instruments.reconciled(work, 'report')
      return handled
    }
    case 'accepted':
    case 'rejected':
    case 'expired':
      if (entry.reported) {
        instruments.repeated(work, entry.print !== work.send.identity.print)
        return 'done'
      }
      if (entry.owner !== work.owner && look.now - entry.at < REPORT_GRACE_MS) {
        await wait(LOOK_AGAIN_MS, work.signal)
        return 'look'
      }
      return conclusions.report(work, entry)
  }
}
