import type { Redis } from 'ioredis'

/** How many replicas a server has, as it said lately. */
export interface ReplicaCount {
  /** Asks where nothing is known: at first, and of each new connection, which may be to another master. */
  lately(): number | Promise<number>
  ask(): Promise<number>
  /** A write was confirmed by one. */
  confirmed(): void
  /** How many this client has seen at once, ever. */
  most(): number
  /** How long ago this client saw one, ms; infinite where it never has. */
  missingMs(): number
}

/** A replica that comes is made use of soon; one that goes is asked about when it is missed. */
const FRESH_MS = 5_000

export function createReplicaCount(redis: Redis): ReplicaCount {
  let known: number | undefined
  let most = 0
  let askedAt = -Infinity
  let seenAt = -Infinity
  redis.on('ready', () => (known = undefined))

  async function ask(): Promise<number> {
    askedAt = performance.now()
    const info = await redis.info('replication')
    known = [...info.matchAll(/^slave\d+:.*state=online/gm)].length
    most = Math.max(most, known)
    if (known > 0) seenAt = performance.now()
    return known
  }

  return {
    lately: () => {
      if (known === undefined) return ask()
      if (performance.now() - askedAt > FRESH_MS) void ask().catch(() => undefined)
      return known
    },
    ask,
    confirmed: () => (seenAt = performance.now()),
    most: () => most,
    missingMs: () => performance.now() - seenAt,
  }
}
