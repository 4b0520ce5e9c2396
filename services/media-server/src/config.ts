import type { Config } from '@imchannel/config'
import type { RedisSettings } from '@imchannel/redis'

/** Port where none is configured. */
export const DEFAULT_PORT = 3003

/**
 * How long a command of Redis may take: with one to look a media item up and one to touch it, an answer is there or 503
 * within the 5 s of the contract.
 */
export const REDIS_TIMEOUT_MS = 2_000

/** An upload of 100 MB in 15 min is 0.9 Mbit/s; whoever falls silent is cut off much earlier. */
export const UPLOAD_MS = 15 * 60_000

/** Misses of one sender: a burst that no honest client has, then two a second. */
export const MISS_RATE = { burst: 100, perSecond: 2 } as const

/** The Redis that holds media: its own, where one is configured. */
export function mediaRedisOf({ redis }: Config): RedisSettings {
  const { mediaUrl, url, sentinel, cluster, tls } = redis
  const common = tls === undefined ? {} : { tls }
  if (mediaUrl !== undefined) return { ...common, url: mediaUrl }
  return { ...common, url, sentinel, cluster }
}

/** What is not kept by then is fetched after the next start. */
export const KEEPER_DRAIN_MS = 3_000

/** Ten seconds for requests in flight, ten for events that wait for Kafka, and a few to close. */
export const DRAIN_MS = 25_000
