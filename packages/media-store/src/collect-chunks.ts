import { CHUNK_BYTES } from './media-key.ts'

/**
 * Cuts a stream into pieces of {@link CHUNK_BYTES}, the last one shorter. Two buffers take turns, so that a stream of
 * any length makes no garbage: a piece is good until the one after the next is asked for.
 */
export async function* collectChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const buffers: Buffer[] = []
  let turn = 0
  let filled = 0
  for await (const piece of source) {
    let taken = 0
    while (taken < piece.length) {
      // Made when they are needed: most media are smaller than one.
      const chunk = (buffers[turn] ??= Buffer.allocUnsafeSlow(CHUNK_BYTES))
      const part = piece.subarray(taken, taken + CHUNK_BYTES - filled)
      chunk.set(part, filled)
      taken += part.length
      filled += part.length
      if (filled === CHUNK_BYTES) {
        yield chunk
        turn = 1 - turn
        filled = 0
      }
    }
  }
  if (filled > 0) yield (buffers[turn] ?? Buffer.alloc(0)).subarray(0, filled)
}
