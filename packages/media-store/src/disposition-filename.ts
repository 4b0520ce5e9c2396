/** What is longer is no name, and is not read to its end. */
const MAX_HEADER = 4_096

const PARAMETER = /;\s*(filename\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/giu
const EXTENDED = /^([\w.:-]{1,40})'[^']*'(.*)$/su
const ENCODED_WORDS = /(?:=\?[^?\s]{1,40}\?[bq]\?[^?]*\?=\s*)+/giu
const ENCODED_WORD = /=\?([^?\s]+)\?([bq])\?([^?]*)\?=/giu

/**
 * The file name of a `Content-Disposition`, as browsers show it: `filename*` (RFC 8187) in any charset, else `filename` in
 * whatever way the server wrote it: raw UTF-8 or Latin-1, RFC 2047's encoded words, percent-encoding.
 *
 * @param header as Node gives it: each byte a character
 */
export function dispositionFilename(header: string | undefined): string | undefined {
  let plain: string | undefined
  for (const [, name, quoted, token] of `;${header ?? ''}`.slice(0, MAX_HEADER).matchAll(PARAMETER)) {
    const value = quoted?.replace(/\\(.)/gsu, '$1') ?? token?.trim() ?? ''
    const extended = name?.endsWith('*') === true ? decodeExtended(value) : undefined
    if (extended !== undefined) return extended
    if (name?.endsWith('*') === false) plain ??= value
  }
  return plain === undefined ? undefined : decodePlain(plain)
}

/** `%C3%A4` → `ä`, and `%E4` too; what is no percent-encoding stays. */
export function decodePercent(text: string): string {
  return decodeBytes(percentBytes(text))
}

function decodeExtended(value: string): string | undefined {
  const [, charset = '', text = ''] = EXTENDED.exec(value) ?? []
  return charset === '' ? undefined : decodeBytes(percentBytes(text), charset)
}

function decodePlain(value: string): string {
  const words = value.replace(ENCODED_WORDS, decodeWords)
  if (words !== value) return words
  // Raw bytes and percent-encoding alike; a lone % is a character of its own.
  return decodeBytes(percentBytes(value))
}

/** Words that stand together are one text: a character may lie across two of them. */
function decodeWords(run: string): string {
  const texts: { charset: string; bytes: Buffer }[] = []
  for (const [, charset = '', encoding = '', text = ''] of run.matchAll(ENCODED_WORD)) {
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : quotedBytes(text)
    const last = texts.at(-1)
    if (last?.charset === charset.toLowerCase()) last.bytes = Buffer.concat([last.bytes, bytes])
    else texts.push({ charset: charset.toLowerCase(), bytes })
  }
  return texts.map(({ charset, bytes }) => decodeBytes(bytes, charset.split('*', 1)[0])).join('')
}

function quotedBytes(text: string): Buffer {
  return percentBytes(
    text
      .replaceAll('%', '=25')
      .replaceAll('_', ' ')
      .replace(/=(?=[\da-f]{2})/giu, '%'),
  )
}

function percentBytes(text: string): Buffer {
  // Characters beyond a byte come from a URL's path alone, and WHATWG's form of that has none.
  return Buffer.from(
    text.replace(/%([\da-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

/** By the charset that was told; else UTF-8 where it is that, and what browsers take Latin-1 for where it is not. */
function decodeBytes(bytes: Buffer, charset?: string): string {
  try {
    return new TextDecoder(charset ?? 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    return charset === undefined || /^utf-?8$/iu.test(charset)
      ? new TextDecoder('windows-1252').decode(bytes)
      : decodeBytes(bytes)
  }
}
