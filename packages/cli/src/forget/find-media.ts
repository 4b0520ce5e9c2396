import { isMediaId, mediaKey, type Medium } from '@imchannel/media-store'
import type { Session } from '../session/session.ts'
import { keysOf } from './find-aliases.ts'

export interface FoundMedia {
  /** Sent to this customer alone. */
  readonly own: readonly Medium[]
  /** Sent to others too: a broadcast’s picture is nobody's own. */
  readonly shared: readonly Medium[]
}

/** The media that were sent to a customer last. */
export async function findMedia(
  session: Session,
  { tenant, names, commandIds }: { tenant: string; names: ReadonlySet<string>; commandIds: ReadonlySet<string> },
): Promise<FoundMedia> {
  const [own, shared]: [Medium[], Medium[]] = [[], []]
  const prefix = mediaKey('')
  for await (const key of keysOf(session.mediaRedis(), `${prefix}*`)) {
    const id = key.slice(prefix.length)
    const medium = isMediaId(id) ? await session.mediaStore().head({ tenant, id }) : undefined
    if (medium === undefined) continue
    const isLastTheirs = names.has(medium.conversation?.split(':')[2] ?? '')
    const isTheirs = isLastTheirs || medium.commandIds.some((commandId) => commandIds.has(commandId))
    if (!isTheirs) continue
    const last = medium.commandIds.at(-1)
    const isOwn =
      isLastTheirs && medium.commandIds.every((commandId) => commandId === last || commandIds.has(commandId))
    ;(isOwn ? own : shared).push(medium)
  }
  return { own, shared }
}
