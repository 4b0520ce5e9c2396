import { CHUNK_BYTES } from './media-key.ts'

/** Cuts a stream into pieces of {@link CHUNK_BYTES}, the last one shorter. Each piece is a copy of its own. */
export async function* collectChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let filled = 0
  for await (const piece of source) {
    let taken = 0
    while (taken < piece.length) {
      const part = piece.subarray(taken, taken + CHUNK_BYTES - filled)
      chunk.set(part, filled)
      taken += part.length
      filled += part.length
      if (filled === CHUNK_BYTES) {
        yield chunk
        chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
        filled = 0
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}
