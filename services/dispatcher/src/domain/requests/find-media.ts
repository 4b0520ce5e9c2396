import type { MediaRef } from '@imchannel/events'
import type { FoundMedia } from './media-uses.ts'

export type FindMedia = (ref: MediaRef) => FoundMedia

/**
 * URLs by reference; one by URL that nobody fetched for the bot goes as it is. Any other that nobody resolved is a bug of
 * the caller, not of the command.
 */
export function findIn(media: ReadonlyMap<MediaRef, FoundMedia>): FindMedia {
  return (ref) => {
    const found = media.get(ref) ?? ('url' in ref ? { url: ref.url } : undefined)
    if (found === undefined)
      throw new Error('a media item of the command was not resolved before its request was built')
    return found.filename === undefined ? found : { ...found, filename: shortName(found.filename) }
  }
}

/** Infobip takes file names of at most 240 characters; a longer one keeps its ending, which says what it is. */
const maxNameLength = 240

function shortName(name: string): string {
  const characters = Array.from(name)
  if (characters.length <= maxNameLength) return name
  const ending = /\.[A-Za-z0-9]{1,10}$/u.exec(name)?.[0] ?? ''
  return characters.slice(0, maxNameLength - ending.length).join('') + ending
}
