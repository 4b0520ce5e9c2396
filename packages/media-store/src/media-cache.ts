import { LRUCache } from 'lru-cache'

/** All the bytes of a media item of one chunk. */
interface Whole {
  /** A key may come to stand for another content. */
  readonly sha256: string
  readonly bytes: Buffer
}

/** Small media that are got again and again, as the one picture of a campaign is: their bytes need not leave Redis each time. */
export interface MediaCache {
  /** What is kept of a media item. Whether it is still there, and whose it is, Redis alone knows. */
  get(key: string): Whole | undefined
  /** Told each time that a media item's bytes came from Redis. What is kept of them is a copy. */
  note(key: string, whole: Whole): void
}

/** Some eighty pictures of 200 kB. */
const MAX_HOT_BYTES = 16 * 1024 * 1024
/** Nothing of a media item that was removed, or has expired, is in memory for longer. */
const KEPT_MS = 60_000
/**
 * A media item is hot that is got again before so many others: about as many as there is room for. What comes round after more of
 * them would be gone by then, and in its place cost what it was to spare.
 */
const MAX_SEEN = 64

/** In constant memory. A media item is kept from the second time on, so that what is got once costs nothing. */
export function createMediaCache(): MediaCache {
  const kept = new LRUCache<string, Whole>({
    maxSize: MAX_HOT_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length,
    ttl: KEPT_MS,
    // Without it, what nobody asks for again would stay.
    ttlAutopurge: true,
  })
  const seen = new LRUCache<string, true>({ max: MAX_SEEN })
  return {
    get: (key) => kept.get(key),
    note(key, { sha256, bytes }) {
      if (seen.has(key)) kept.set(key, { sha256, bytes: Buffer.from(bytes) })
      else seen.set(key, true)
    },
  }
}
