import { runScript, script } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import type { InboundMediaClaim } from './inbound-token.ts'

/** A customer's media that is to be kept, and is not yet. */
export interface PendingMediaItem extends InboundMediaClaim {
  readonly tenant: string
}

/** Media that wait for their next try, in Redis: a restart forgets none, and all instances share the work. */
export interface PendingMedia {
  /** False when too many wait already. One that waits keeps its turn. */
  add(media: PendingMediaItem, at: number): Promise<boolean>
  /** What is due, which comes up again at `until` should it never be settled. */
  take(most: number, { now, until }: { now: number; until: number }): Promise<PendingMediaItem[]>
  /** Another try at that time, or none. */
  settle(media: PendingMediaItem, nextAt: number | undefined): Promise<void>
  /** All that wait, in no order. */
  all(): Promise<PendingMediaItem[]>
}

const KEY = 'imc:inbound:pending'

/** Some 300 bytes each: 30 MB. Beyond it Kafka is where they wait. */
const MAX_PENDING = 100_000
const PAGE = 1_000

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
  return {
    add: async (media, at) => (await runScript(redis, ADD, [KEY], [at, encode(media), MAX_PENDING])) === 1,
    async take(most, { now, until }) {
      const due = await runScript(redis, TAKE, [KEY], [now, most, until])
      return Array.isArray(due) ? due.map((member) => decode(String(member))) : []
    },
    async settle(media, nextAt) {
      if (nextAt === undefined) await redis.zrem(KEY, encode(media))
      else await redis.zadd(KEY, 'XX', nextAt, encode(media))
    },
    async all() {
      const all: PendingMediaItem[] = []
      let cursor = '0'
      do {
        const [next, found] = await redis.zscan(KEY, cursor, 'COUNT', PAGE)
        cursor = next
        // Members and their scores in turns.
        for (let at = 0; at < found.length; at += 2) all.push(decode(found[at] ?? ''))
      } while (cursor !== '0')
      return all
    },
  }
}

/** The same media item is the same text, so that it waits once. */
function encode({ tenant, sender, url, expiresAt }: PendingMediaItem): string {
  return JSON.stringify([tenant, sender, url, expiresAt])
}

function decode(member: string): PendingMediaItem {
  const [tenant, sender, url, expiresAt] = JSON.parse(member) as [string, string, string, number] // as encode wrote it
  return { tenant, sender, url, expiresAt }
}
