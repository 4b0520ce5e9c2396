import type { Cluster, Redis } from 'ioredis'

/** A Lua script on one key, and the SHA-1 by which Redis knows it. */
export interface Script {
  source: string
  sha: string
}

/** Either kind of client: every script touches one key, so a cluster serves as well as one server. */
export type LedgerRedis = Redis | Cluster

/** Runs a script by its hash, and by its source where the server does not have it (a restart, a failover, a new node). */
export async function runScript(
  redis: LedgerRedis,
  script: Script,
  key: string,
  args: (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, 1, key, ...args)
  } catch (error) {
    if (!isNoScript(error)) throw error
    return await redis.eval(script.source, 1, key, ...args)
  }
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}
