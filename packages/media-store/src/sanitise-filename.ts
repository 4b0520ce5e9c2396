/** What Infobip takes. */
const MAX_CHARACTERS = 240

/** More than any system takes: what stands before is not looked at. */
const MAX_READ = 4_096

/** Control and format characters (zero width, reading direction), line ends, fillers that show nothing, and what systems forbid. */
const UNWANTED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffd"<>|?*:]/gu

/**
 * A file name that can be shown and sent in a header: the last part of a path, without what cannot be seen or turns
 * the reading direction. `undefined` when nothing is left. What is too long keeps its ending, which says what it is.
 */
export function sanitiseFilename(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const last = name.slice(-MAX_READ).toWellFormed().split(/[\\/]/u).at(-1) ?? ''
  const clean = last
    .replace(UNWANTED, '')
    .replace(/^[.\s]+/u, '')
    .trimEnd()
  return clean === '' ? undefined : shorten(clean)
}

function shorten(name: string): string {
  const characters = Array.from(name)
  if (characters.length <= MAX_CHARACTERS) return name
  const ending = /\.[A-Za-z0-9]{1,10}$/u.exec(name)?.[0] ?? ''
  return (
    characters
      .slice(0, MAX_CHARACTERS - ending.length)
      .join('')
      .trimEnd() + ending
  )
}
