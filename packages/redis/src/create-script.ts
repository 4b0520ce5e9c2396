import type { RedisClient } from './redis-client.ts'
import { runScript, script } from './script.ts'

/** Runs a Lua script on keys of one slot. */
export type PreparedScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** A script that is bound to its Redis. */
export function createScript(redis: RedisClient, source: string): PreparedScript {
  const prepared = script(source)
  return (keys, args) => runScript(redis, prepared, keys, args)
}
