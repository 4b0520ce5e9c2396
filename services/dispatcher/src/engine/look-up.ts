import type { Decoded, Ledger, Look } from '@imchannel/ledger'
import { unlessAbandoned, wait } from '../adapters/wait.ts'
import type { Instruments } from '../instruments.ts'
import type { Work } from './work.ts'

/** What the ledger holds of a command, in a form that this version knows. */
export type KnownLook = Look & { held: Exclude<Decoded, { kind: 'foreign' }> }

/** A rolling upgrade takes minutes: looking more often would not help. */
const LOOK_AGAIN_MS = 5_000

/**
 * Looks a command up. What a newer version wrote is waited for, until one of its instances has ended it or this one was
 * replaced: to guess what it says could send a message twice. @throws Abandoned
 */
export async function lookUp(
  { ledger, instruments }: { ledger: Ledger; instruments: Instruments },
  { send, command, signal }: Work,
): Promise<KnownLook> {
  for (let looks = 0; ; looks++) {
    const { held, now } = await unlessAbandoned(ledger.find(send.tenant, send.messageId), signal)
    if (held.kind !== 'foreign') return { held, now }
    const place = `ledger entry of command ${command.id}`
    instruments.unknownFormat({ kind: 'ledger', format: held.format, place, tenant: send.tenant }, looks === 0)
    await wait(LOOK_AGAIN_MS, signal)
  }
}
