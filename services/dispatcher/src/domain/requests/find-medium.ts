import type { MediaRef } from '@imchannel/events'
import type { FoundMedium } from './media-uses.ts'

export type FindMedium = (ref: MediaRef) => FoundMedium

/** URLs by reference. A reference that nobody resolved is a bug of the caller, not of the command. */
export function findIn(media: ReadonlyMap<MediaRef, FoundMedium>): FindMedium {
  return (ref) => {
    if ('url' in ref) return { url: ref.url }
    const found = media.get(ref)
    if (found === undefined) throw new Error('a medium of the command was not resolved before its request was built')
    return found
  }
}
