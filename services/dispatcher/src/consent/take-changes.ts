import { decodeEvent } from '@imchannel/events'
import type { ConsentCopy, ConsentPut, ConsentRemoval } from '@imchannel/fact-store'
import type { IncomingRecord } from '@imchannel/kafka'
import { putOf, removalOf } from './to-record.ts'
import { sinceOf } from './tombstone.ts'

export type CopyChange =
  { readonly kind: 'put'; readonly put: ConsentPut } | { readonly kind: 'remove'; readonly removal: ConsentRemoval }

/** What a record of the compacted topic changes in its copy; undefined where that is nothing. */
export function changeIn(read: IncomingRecord): CopyChange | undefined {
  if (read.value === null)
    return read.key === null ? undefined : { kind: 'remove', removal: removalOf(read.key.toString(), sinceOf(read)) }
  const decoded = decodeEvent(read)
  return decoded.outcome === 'event' && decoded.event.type === 'imchannel.consent.recorded.v1'
    ? { kind: 'put', put: putOf(decoded.event.data) }
    : undefined
}

/** In their order: what comes behind a removal may be said anew. */
export async function takeChanges(
  copy: Pick<ConsentCopy, 'put' | 'remove'>,
  changes: readonly CopyChange[],
): Promise<void> {
  let puts: ConsentPut[] = []
  for (const change of changes) {
    if (change.kind === 'put') {
      puts.push(change.put)
      continue
    }
    await copy.put(puts)
    puts = []
    await copy.remove([change.removal])
  }
  await copy.put(puts)
}
