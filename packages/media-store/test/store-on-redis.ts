import { createMediaStore, type MediaStore, type MediaStoreOptions } from '@imchannel/media-store'
import type { RedisClient } from '@imchannel/redis'

export const HOUR_MS = 3_600_000
export const TTL_MS = 48 * HOUR_MS

/** The share of the budget that media to be sent have. */
const OUTBOUND_SHARE = 0.75

/**
 * The store as the services make it: a media item lives 24 h after a fetch, and as much as fits may be stored.
 *
 * @param roomBytes what media to be sent may hold; Redis's limit decides where it is not given
 */
export function storeOn(redis: RedisClient, roomBytes?: number, more: Partial<MediaStoreOptions> = {}): MediaStore {
  return createMediaStore(redis, {
    ttlAfterFetchMs: () => 24 * HOUR_MS,
    ...(roomBytes !== undefined && { budgetBytes: () => budgetFor(roomBytes) }),
    ...more,
  })
}

function budgetFor(roomBytes: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(roomBytes / OUTBOUND_SHARE))
}
