import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip, createInflate, createInflateRaw, gunzip, inflate, inflateRaw } from 'node:zlib'
import type { ContentEncoding } from './content-headers.ts'

export type Compression = Exclude<ContentEncoding, 'identity'>

export type Decoding =
  { readonly outcome: 'decoded'; readonly bytes: Buffer } | { readonly outcome: 'tooLarge' | 'undecodable' }

const decoders = { gunzip: promisify(gunzip), inflate: promisify(inflate), inflateRaw: promisify(inflateRaw) }

/** Takes a content encoding off. A body that grows over the limit is given up as soon as it does. */
export async function decodeBody(bytes: Buffer, encoding: Compression, limitBytes: number): Promise<Decoding> {
  if (bytes.length === 0) return { outcome: 'decoded', bytes }
  try {
    return {
      outcome: 'decoded',
      bytes: await decoders[formatOf(encoding, bytes)](bytes, { maxOutputLength: limitBytes }),
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return { outcome: code === 'ERR_BUFFER_TOO_LARGE' ? 'tooLarge' : 'undecodable' }
  }
}

const streams = { gunzip: createGunzip, inflate: createInflate, inflateRaw: createInflateRaw }

/** JSON of webhooks becomes a tenth by compression; what becomes a hundredth is made to be large. */
const MOST_EXPANSION = 100
const FREE_EXPANSION = 64 * 1024

/**
 * Shows what a compressed body holds, piece by piece, and keeps nothing of it.
 *
 * @returns false where it cannot be decompressed, or is larger than it may be
 */
export async function inspectBody(
  bytes: Buffer,
  { encoding, limitBytes }: { encoding: Compression; limitBytes: number },
  onPiece: (piece: Buffer) => void,
): Promise<boolean> {
  let left = Math.min(limitBytes, FREE_EXPANSION + MOST_EXPANSION * bytes.length)
  const decoder = streams[formatOf(encoding, bytes)]()
  decoder.end(bytes)
  try {
    await pipeline(decoder, async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        left -= piece.length
        if (left < 0) throw new RangeError('larger than a body may be')
        onPiece(piece)
      }
    })
    return true
  } catch {
    return false
  }
}

/** "deflate" is zlib's format by the standard, and the bare one by some clients: its first two bytes tell. */
function formatOf(encoding: Compression, bytes: Buffer): keyof typeof decoders {
  if (encoding === 'gzip') return 'gunzip'
  const [first = 0, second = 0] = bytes
  const isZlib = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
  return isZlib ? 'inflate' : 'inflateRaw'
}
