import type { Redis } from 'ioredis'

/** How many replicas a server has, as it said lately. */
export interface ReplicaCount {
  /** Asks where nothing is known: at first, of each new connection, which may be to another master, and where there was none a while ago. */
  lately(): number | Promise<number>
  ask(): Promise<number>
  /** A write was confirmed by one. */
  confirmed(): void
  /** How many this client has seen at once, ever. */
  most(): number
  /** How long ago this client saw one, ms; infinite where it never has. */
  missingMs(): number
}

/** One that goes is asked about when it is missed. */
const FRESH_MS = 5_000
/** Where there is none, nothing misses it: who asks after hours of silence is to hear of one that came meanwhile. */
const NONE_MS = 1_000

export function createReplicaCount(redis: Pick<Redis, 'on' | 'info'>): ReplicaCount {
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
      const ageMs = performance.now() - askedAt
      if (known === undefined || (known === 0 && ageMs > NONE_MS)) return ask()
      if (ageMs > FRESH_MS) void ask().catch(() => undefined)
      return known
    },
    ask,
    confirmed: () => (seenAt = performance.now()),
    most: () => most,
    missingMs: () => performance.now() - seenAt,
  }
}
