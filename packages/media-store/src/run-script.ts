import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'

/** A client of one Redis, Valkey or Sentinel-led server, or of a cluster. */
export type MediaRedis = Redis | Cluster

/** A Lua script that Redis runs as one step; all its keys are in one slot. */
export interface Script {
  readonly lua: string
  readonly sha: string
}

export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** Runs a script by its digest, and by its text where the server has not seen it yet. */
export async function runScript(
  redis: MediaRedis,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args)
  } catch (error) {
    if (!isNoScript(error)) throw error
    return redis.eval(lua, keys.length, ...keys, ...args)
  }
}

export function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}
