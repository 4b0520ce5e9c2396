import { isUtf8 } from 'node:buffer'

/** What the bytes of a body may be written in. */
export type Charset = 'utf-8' | 'windows-1252'

const windows1252 = new TextDecoder('windows-1252')

/** Undefined where the bytes are not of the charset: a text that nobody wrote is worse than none. */
export function decodeBytes(bytes: Uint8Array, charset: Charset): string | undefined {
  if (charset === 'windows-1252') return windows1252.decode(bytes)
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : undefined
}
