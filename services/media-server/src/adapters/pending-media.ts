import { createHash } from 'node:crypto'
import type { InboundMediaClaim } from '@imchannel/media-store'
import type { RedisClient } from '@imchannel/redis'

/** A customer's medium that is to be kept, and is not yet. */
export interface PendingMedium extends InboundMediaClaim {
  readonly tenant: string
}

/** Media that wait for their next try, in Redis: a restart forgets none, and all instances share the work. */
export interface PendingMedia {
  /** False when too many wait already. One that waits keeps its turn. */
  add(medium: PendingMedium, at: number): Promise<boolean>
  /** What is due, which comes up again at `until` should it never be settled. */
  take(most: number, { now, until }: { now: number; until: number }): Promise<PendingMedium[]>
  /** Another try at that time, or none. */
  settle(medium: PendingMedium, nextAt: number | undefined): Promise<void>
}

const KEY = 'imc:inbound:pending'

/** Some 300 bytes each: 30 MB. Beyond it Kafka is where they wait. */
const MAX_PENDING = 100_000

const ADD = script(`
if redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '+inf', 'LIMIT', ARGV[3], 1)[1] then return 0 end
redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[2])
return 1
`)

const TAKE = script(`
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[3], member) end
return due
`)

export function createPendingMedia(redis: RedisClient): PendingMedia {
  async function run({ sha, lua }: ReturnType<typeof script>, ...args: readonly (string | number)[]): Promise<unknown> {
    return redis.evalsha(sha, 1, KEY, ...args).catch(async (error: unknown) => {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return redis.eval(lua, 1, KEY, ...args)
    })
  }

  return {
    add: async (medium, at) => (await run(ADD, at, encode(medium), MAX_PENDING)) === 1,
    async take(most, { now, until }) {
      const due = await run(TAKE, now, most, until)
      return Array.isArray(due) ? due.map((member) => decode(String(member))) : []
    },
    async settle(medium, nextAt) {
      if (nextAt === undefined) await redis.zrem(KEY, encode(medium))
      else await redis.zadd(KEY, 'XX', nextAt, encode(medium))
    },
  }
}

/** The same medium is the same text, so that it waits once. */
function encode({ tenant, sender, url, expiresAt }: PendingMedium): string {
  return JSON.stringify([tenant, sender, url, expiresAt])
}

function decode(member: string): PendingMedium {
  const [tenant, sender, url, expiresAt] = JSON.parse(member) as [string, string, string, number] // as encode wrote it
  return { tenant, sender, url, expiresAt }
}

function script(lua: string): { readonly lua: string; readonly sha: string } {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}
