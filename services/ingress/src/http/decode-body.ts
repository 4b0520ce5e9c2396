import { promisify } from 'node:util'
import { gunzip, inflate, inflateRaw } from 'node:zlib'
import type { ContentEncoding } from './content-headers.ts'

export type Decoding =
  { readonly outcome: 'decoded'; readonly bytes: Buffer } | { readonly outcome: 'tooLarge' | 'undecodable' }

const decoders = { gunzip: promisify(gunzip), inflate: promisify(inflate), inflateRaw: promisify(inflateRaw) }

/** Two at once: a small body may become one of the limit's size, and memory must not multiply with the number of senders. */
const CONCURRENCY = 2
let running = 0
const queue: (() => void)[] = []

/** Takes a content encoding off. A body that grows over the limit is given up as soon as it does. */
export async function decodeBody(
  bytes: Buffer,
  encoding: Exclude<ContentEncoding, 'identity'>,
  limitBytes: number,
): Promise<Decoding> {
  if (bytes.length === 0) return { outcome: 'decoded', bytes }
  await turn()
  try {
    return { outcome: 'decoded', bytes: await decoderOf(encoding, bytes)(bytes, { maxOutputLength: limitBytes }) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return { outcome: code === 'ERR_BUFFER_TOO_LARGE' ? 'tooLarge' : 'undecodable' }
  } finally {
    const next = queue.shift()
    // The place goes to who waits longest; it is free only where nobody does.
    if (next) next()
    else running--
  }
}

function turn(): Promise<void> {
  if (running >= CONCURRENCY) return new Promise((resolve) => queue.push(resolve))
  running++
  return Promise.resolve()
}

/** "deflate" is zlib's format by the standard, and the bare one by some clients: its first two bytes tell. */
function decoderOf(encoding: Exclude<ContentEncoding, 'identity'>, bytes: Buffer) {
  if (encoding === 'gzip') return decoders.gunzip
  const [first = 0, second = 0] = bytes
  const isZlib = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
  return isZlib ? decoders.inflate : decoders.inflateRaw
}
