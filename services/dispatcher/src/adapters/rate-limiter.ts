import { createBatchedScript } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

/** A limit shared by all instances: so many permits in each window. */
export interface RateLimiter {
  /** Permits of one window. */
  readonly most: number
  /** Takes up to `wanted` permits, in one trip. `waitMs` says when there will be more. */
  take(key: string, wanted: number): Promise<{ taken: number; waitMs: number }>
}

/** Makes gates on one Redis; `name` tells limits of different kinds apart. */
export type CreateRateGate = (name: string, perSecond: number) => RateLimiter

/**
 * The library's window has a resolution of a second: a burst of 80 at a second's end and one at the next one's start would
 * be 160 within a moment. Its extension point takes the duration in milliseconds instead, here for many keys at once.
 */
const MILLISECOND_WINDOWS = `
local answers = {}
for place, key in ipairs(KEYS) do
  redis.call('set', key, 0, 'PX', ARGV[2 * place], 'NX')
  answers[place] = { redis.call('incrby', key, ARGV[2 * place - 1]), redis.call('pttl', key) }
end
return answers
`

/** Short windows keep the flow even; each costs two small commands for each instance that sends. */
const WINDOWS_PER_SECOND = 20

export function createRateLimiters(redis: RedisClient): CreateRateGate {
  const increment = createBatchedScript(redis, MILLISECOND_WINDOWS)
  // All that the library asks of its client: one command for what two hundred senders want at the same time.
  const storeClient = {
    rlflxIncr: async ([key = '', points = '', milliseconds = '']: string[]): Promise<unknown> =>
      (await increment([{ key, args: [points, milliseconds] }]))[0],
  }
  return (name, perSecond) => createRateLimiter(storeClient, name, perSecond)
}

/** A gate of `perSecond` permits on average; a second sees at most one window's more, and only where demand came late in one. */
function createRateLimiter(storeClient: object, name: string, perSecond: number): RateLimiter {
  const points = Math.max(1, Math.floor(perSecond / WINDOWS_PER_SECOND))
  const windowMs = Math.ceil((1000 * points) / perSecond) + 1
  const limiter = new RateLimiterRedis({
    storeClient,
    keyPrefix: `imc:r:${name}`,
    points,
    // In the library's eyes seconds; the script reads them as milliseconds.
    duration: windowMs,
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
