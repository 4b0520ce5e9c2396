import type { RedisClient } from '@imchannel/redis'
import { CHUNK_BYTES } from './media-key.ts'
import type { MediaItem } from './media-item.ts'

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** The media expired, was removed or is damaged while it was being read: what has come so far is not all of it. */
export class MediaVanishedError extends Error {
  override name = 'MediaVanishedError'
}

/**
 * Yields the bytes of a range, a chunk at a time, and reads at most one chunk ahead of who takes them: a reader that
 * stops or leaves stops Redis's work too.
 */
export async function* readMedia(
  redis: RedisClient,
  key: string,
  media: Pick<MediaItem, 'size'>,
  { start, end }: ByteRange,
  firstChunk?: Buffer,
): AsyncGenerator<Buffer, void, void> {
  const first = Math.floor(start / CHUNK_BYTES)
  const last = Math.floor(end / CHUNK_BYTES)
  let next: Promise<Buffer | null> = first === 0 && firstChunk ? Promise.resolve(firstChunk) : fetchChunk(first)

  async function fetchChunk(index: number): Promise<Buffer | null> {
    return redis.hgetBuffer(key, String(index))
  }

  for (let index = first; index <= last; index += 1) {
    const chunk = await next
    const offset = index * CHUNK_BYTES
    if (chunk === null || chunk.length !== Math.min(CHUNK_BYTES, media.size - offset)) {
      throw new MediaVanishedError(`chunk ${index} of the media is gone`)
    }
    if (index < last) {
      next = fetchChunk(index + 1)
      // Awaited in the next turn, or never when the reader leaves.
      next.catch(() => {})
    }
    yield chunk.subarray(Math.max(0, start - offset), Math.min(chunk.length, end + 1 - offset))
  }
}
