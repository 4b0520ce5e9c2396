const MAX_CHARACTERS = 240

/**
 * A file name that can be shown and sent in a header: the last part of a path, without control characters, quotes,
 * lone surrogates and characters that reverse the reading direction. `undefined` when nothing is left.
 * 240 characters is what Infobip takes.
 */
export function sanitiseFilename(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const last = name.toWellFormed().split(/[\\/]/).at(-1) ?? ''
  const clean = last
    // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd"<>|?*:]/g, '')
    .replace(/^[.\s]+|\s+$/g, '')
  const short = Array.from(clean).slice(0, MAX_CHARACTERS).join('')
  return short === '' ? undefined : short
}
