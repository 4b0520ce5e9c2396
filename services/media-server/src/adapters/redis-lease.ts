import { randomUUID } from 'node:crypto'
import type { RedisClient } from '@imchannel/redis'

/** Longer than a stall of Redis or of this process that is worth surviving; renewed three times within it. */
const LEASE_MS = 15_000

/** Gives the lease up only if it is still ours. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
const RENEW = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`

/**
 * Does the work if no other instance is at it: `undefined` if one is. Losing the lease in mid-work costs a second
 * fetch of the same bytes, never a wrong result.
 */
export async function withLease<T>(redis: RedisClient, key: string, work: () => Promise<T>): Promise<T | undefined> {
  const owner = randomUUID()
  if ((await redis.set(key, owner, 'PX', LEASE_MS, 'NX')) === null) return undefined
  const renewal = setInterval(() => {
    redis.eval(RENEW, 1, key, owner, LEASE_MS).catch(() => {})
  }, LEASE_MS / 3)
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await redis.eval(RELEASE, 1, key, owner).catch(() => {})
  }
}
