import { runScript, script } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'

/** Asks how long to wait before the next request to an account; `undefined` when that would be longer than `maxWaitMs`. */
export type AccountPace = (account: string, maxWaitMs: number) => Promise<number | undefined>

/** Infobip takes 15 requests for inbound media a second (its OpenAPI's x-throttling-info). Evenly spaced, no second has more. */
const REQUESTS_PER_SECOND = 15
const SPACING_MS = Math.ceil(1000 / REQUESTS_PER_SECOND)

/**
 * Books the next free slot and answers the ms until it, or -1 when it is further away than ARGV[2] ms. By Redis's own
 * clock, which all instances share.
 */
const TAKE_SLOT = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slot = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
if slot - now > tonumber(ARGV[2]) then return -1 end
redis.call('SET', KEYS[1], string.format('%d', slot + ARGV[1]), 'PX', 60000)
return slot - now
`)

/** The pace is one for all instances: a key in Redis for each account. */
export function createAccountPace(redis: RedisClient): AccountPace {
  return async (account, maxWaitMs) => {
    const key = `imc:inbound:pace:${account}`
    const waitMs = await runScript(redis, TAKE_SLOT, [key], [SPACING_MS, maxWaitMs])
    return typeof waitMs === 'number' && waitMs >= 0 ? waitMs : undefined
  }
}
