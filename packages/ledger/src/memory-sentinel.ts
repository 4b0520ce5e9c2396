import { randomBytes } from 'node:crypto'
import { runScript, script } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'

/** A point in the ledger's life: which ledger it is, and how far its heart has beaten. Never goes back by itself. */
export interface LedgerMark {
  epoch: string
  beat: number
}

/**
 * Offsets, by `topic:partition`, below which a command that the ledger does not know may have been sent all the same:
 * the ends of the partitions when the loss was noticed.
 */
export type Suspects = Readonly<Record<string, number>>

/** What a beat found. `emptied`: there is no ledger. `replaced`: it is older than what was seen before, or another one. */
export type BeatResult =
  | { kind: 'beating'; mark: LedgerMark; suspects: Suspects }
  | { kind: 'emptied' }
  | { kind: 'replaced'; found: LedgerMark }

/** One key that every dispatcher beats: what is lost with it, or behind it, was lost from the ledger too. */
export interface MemorySentinel {
  /** Beats once and compares with the latest mark that the caller has proof of. */
  beat(latest: LedgerMark | undefined): Promise<BeatResult>
  /**
   * Begins a new epoch, with what is in doubt since the loss; where another instance began one already, its suspects
   * stand beside these.
   */
  begin(latest: LedgerMark | undefined, suspects: Suspects): Promise<LedgerMark>
}

// Beside the beat of all, each instance's own last one: after a loss the others may have beaten past what it remembers. With
// the first beat of a life go those of lives that are long over: it takes ten instances 40 minutes to get there.
// Suspects end with the ledger's memory: what stood there at the loss would be forgotten by now without it.
const BEAT = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local beat = redis.call('HINCRBY', KEYS[1], 'beat', 1)
local own = redis.call('HGET', KEYS[1], 'own:' .. ARGV[1])
if not own then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 4) == 'own:' and tonumber(all[i + 1]) < beat - 100000 then redis.call('HDEL', KEYS[1], all[i]) end
  end
end
redis.call('HSET', KEYS[1], 'own:' .. ARGV[1], beat)
local suspects = redis.call('HGET', KEYS[1], 'suspects')
if suspects and suspects ~= '{}' then
  local t = redis.call('TIME')
  local now = t[1] * 1000 + math.floor(t[2] / 1000)
  local ends = redis.call('HGET', KEYS[1], 'suspectsUntil')
  if not ends then
    redis.call('HSET', KEYS[1], 'suspectsUntil', string.format('%d', now + ARGV[2]))
  elseif now > tonumber(ends) then
    suspects = '{}'
    redis.call('HSET', KEYS[1], 'suspects', suspects)
    redis.call('HDEL', KEYS[1], 'suspectsUntil')
  end
end
return { redis.call('HGET', KEYS[1], 'epoch'), beat, suspects, own }
`)

// The epoch changes where there is none or where the one that the caller knows went back in time; one that another
// instance began after the loss stays, so that they agree after one round. The beat never falls below the caller's.
const BEGIN = script(`
local epoch, beat = redis.call('HGET', KEYS[1], 'epoch'), tonumber(redis.call('HGET', KEYS[1], 'beat') or '0')
local known = redis.call('HGET', KEYS[1], 'suspects')
local all = known and cjson.decode(known) or {}
for place, bound in pairs(cjson.decode(ARGV[2])) do
  if not all[place] or all[place] < bound then all[place] = bound end
end
if not epoch or epoch == ARGV[4] then epoch = ARGV[1] end
beat = math.max(beat, tonumber(ARGV[3])) + 1
redis.call('HSET', KEYS[1], 'epoch', epoch, 'beat', string.format('%d', beat), 'suspects', next(all) and cjson.encode(all) or '{}')
redis.call('HDEL', KEYS[1], 'suspectsUntil')
return { epoch, beat }
`)

export interface MemorySentinelOptions {
  /** Tells the ledgers of two dispatcher groups on one Redis apart. */
  name: string
  /** How long the ledger remembers a send, ms. */
  memoryMs: () => number
}

export function createMemorySentinel(redis: RedisClient, { name, memoryMs }: MemorySentinelOptions): MemorySentinel {
  const key = `imc:ledger:${name}`
  const instance = randomBytes(6).toString('base64url')
  /** The beat that this instance made last. */
  let last: number | undefined
  return {
    async beat(latest) {
      const answer = await runScript(redis, BEAT, [key], [instance, memoryMs()])
      const [epoch, beat, suspects, own]: unknown[] = Array.isArray(answer) ? answer : []
      if (typeof epoch !== 'string') return { kind: 'emptied' }
      const mark = { epoch, beat: Number(beat) }
      // A later one than the last is one whose answer was lost.
      const isGone = last !== undefined && Number(own ?? 0) < last
      last = mark.beat
      if (isGone || (latest !== undefined && (latest.epoch !== epoch || latest.beat >= mark.beat)))
        return { kind: 'replaced', found: mark }
      return { kind: 'beating', mark, suspects: readSuspects(String(suspects)) }
    },

    async begin(latest, suspects) {
      const args = [
        randomBytes(6).toString('base64url'),
        JSON.stringify(suspects),
        latest?.beat ?? 0,
        latest?.epoch ?? '',
      ]
      const answer = await runScript(redis, BEGIN, [key], args)
      const [epoch, beat]: unknown[] = Array.isArray(answer) ? answer : []
      last = undefined
      return { epoch: String(epoch), beat: Number(beat) }
    },
  }
}

function readSuspects(text: string): Suspects {
  const parsed: unknown = JSON.parse(text)
  const pairs = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : []
  return Object.fromEntries(pairs.flatMap(([place, bound]) => (typeof bound === 'number' ? [[place, bound]] : [])))
}
