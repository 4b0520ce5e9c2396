import type { Redis } from 'ioredis'

/** How many replicas a server has, as it said lately. */
export interface ReplicaCount {
  /** Asks where nothing is known: at first, and of each new connection, which may be to another master. */
  lately(): number | Promise<number>
  ask(): Promise<number>
}

/** A replica that comes is made use of soon; one that goes is asked about when it is missed. */
const FRESH_MS = 5_000

export function createReplicaCount(redis: Redis): ReplicaCount {
  let known: number | undefined
  let askedAt = -Infinity
  redis.on('ready', () => (known = undefined))

  async function ask(): Promise<number> {
    askedAt = performance.now()
    const info = await redis.info('replication')
    known = [...info.matchAll(/^slave\d+:.*state=online/gm)].length
    return known
  }

  return {
    lately: () => {
      if (known === undefined) return ask()
      if (performance.now() - askedAt > FRESH_MS) void ask().catch(() => undefined)
      return known
    },
    ask,
  }
}
