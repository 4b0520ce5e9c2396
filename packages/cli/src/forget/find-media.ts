import { isMediaId, mediaKey, type MediaItem } from '@imchannel/media-store'
import type { Session } from '../session/session.ts'
import { keysOf } from './find-aliases.ts'

export interface FoundMedia {
  /** Sent to this customer alone. */
  readonly own: readonly MediaItem[]
  /** Sent to others too: a broadcast’s picture is nobody's own. */
  readonly shared: readonly SharedMedia[]
}

/** A media item that stays, and what of it is this customer's. */
export interface SharedMedia {
  readonly id: string
  readonly commandIds: ReadonlySet<string>
  /** Whether the customer was the last that it was sent to. */
  readonly last: boolean
}

/** The media that were sent to a customer. */
export async function findMedia(
  session: Session,
  { tenant, names, commandIds }: { tenant: string; names: ReadonlySet<string>; commandIds: ReadonlySet<string> },
): Promise<FoundMedia> {
  const own: MediaItem[] = []
  const shared: SharedMedia[] = []
  const prefix = mediaKey('')
  for await (const key of keysOf(session.mediaRedis(), `${prefix}*`)) {
    const id = key.slice(prefix.length)
    const media = isMediaId(id) ? await session.mediaStore().head({ tenant, id }) : undefined
    if (media === undefined) continue
    const isLastTheirs = names.has(media.conversation?.split(':')[2] ?? '')
    const theirs = new Set(media.commandIds.filter((commandId) => commandIds.has(commandId)))
    if (!isLastTheirs && theirs.size === 0) continue
    // The ledger may have forgotten the command that was the last.
    const lastId = media.commandIds.at(-1)
    if (isLastTheirs && lastId !== undefined) theirs.add(lastId)
    if (isLastTheirs && theirs.size === media.commandIds.length) own.push(media)
    else shared.push({ id, commandIds: theirs, last: isLastTheirs })
  }
  return { own, shared }
}
