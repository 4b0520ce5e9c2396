import type { RedisClient } from '@imchannel/redis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

/** A limit shared by all instances: so many permits in each window. */
export interface RateGate {
  /** Permits of one window. */
  readonly most: number
  /** Takes up to `wanted` permits, in one trip. `waitMs` says when there will be more. */
  take(key: string, wanted: number): Promise<{ taken: number; waitMs: number }>
}

/**
 * The library's window has a resolution of a second: a burst of 80 at a second's end and one at the next one's start
 * would be 160 within a moment. Its own extension point takes the duration in milliseconds instead.
 */
const MILLISECOND_WINDOW = `
redis.call('set', KEYS[1], 0, 'PX', ARGV[2], 'NX')
local consumed = redis.call('incrby', KEYS[1], ARGV[1])
return { consumed, redis.call('pttl', KEYS[1]) }
`

/** Short windows keep the flow even; each costs two small commands for each instance that sends. */
const WINDOWS_PER_SECOND = 20

/** A gate of `perSecond` permits. In no second are there more: one window of those that touch it is given away. */
export function createRateGate(redis: RedisClient, name: string, perSecond: number): RateGate {
  const points = Math.max(1, Math.floor(perSecond / WINDOWS_PER_SECOND))
  const windowMs = Math.ceil((1000 * points) / perSecond) + 1
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `imc:r:${name}`,
    points,
    // In the library's eyes seconds; the script below reads them as milliseconds.
    duration: windowMs,
    customIncrTtlLuaScript: MILLISECOND_WINDOW,
  })

  return {
    most: points,
    async take(key, wanted) {
      try {
        const { msBeforeNext } = await limiter.consume(key, wanted)
        return { taken: wanted, waitMs: msBeforeNext }
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        // What was left of the window went to this call: it is counted, and nobody else can take it.
        const left = points - (refused.consumedPoints - wanted)
        return { taken: Math.max(0, Math.min(wanted, left)), waitMs: refused.msBeforeNext }
      }
    },
  }
}
