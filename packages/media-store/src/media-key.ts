/** Prefix of the Redis key of a media item, as operators of the legacy system know it. */
const MEDIA_KEY_PREFIX = 'IMChannel:MultimediaMessage:'

/** Bytes of each field `0`, `1`, … of a media item; the last may be shorter. */
export const CHUNK_BYTES = 256 * 1024

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Ids are lower-case UUIDs; anything else is no media and is not asked for. */
export function isMediaId(text: string): boolean {
  return UUID.test(text)
}

/** The Redis key of a media item. */
export function mediaKey(id: string): string {
  return MEDIA_KEY_PREFIX + id
}

export function chunkCount(bytes: number): number {
  return Math.ceil(bytes / CHUNK_BYTES)
}
