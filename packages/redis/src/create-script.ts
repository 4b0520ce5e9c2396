import { createHash } from 'node:crypto'
import type { RedisClient } from './redis-client.ts'

/** Runs a Lua script on keys of one slot. */
export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** A script by its hash, and by its source where the server does not have it: it was restarted, or has just become master. */
export function createScript(redis: RedisClient, source: string): Script {
  const sha = createHash('sha1').update(source).digest('hex')
  return async (keys, args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return await redis.eval(source, keys.length, ...keys, ...args)
    }
  }
}
