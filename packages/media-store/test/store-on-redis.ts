import { createMediaStore, type MediaRedis, type MediaStore } from '@imchannel/media-store'

export const HOUR_MS = 3_600_000
export const TTL_MS = 48 * HOUR_MS

/** The store as the services make it: a medium lives 24 h after a fetch, and as much as fits may be stored. */
export function storeOn(redis: MediaRedis, budgetBytes?: number): MediaStore {
  return createMediaStore(redis, {
    ttlAfterFetchMs: () => 24 * HOUR_MS,
    ...(budgetBytes !== undefined && { budgetBytes: () => budgetBytes }),
  })
}
