import { randomBytes } from 'node:crypto'
import { runScript, script } from '@imchannel/redis'
import type { RedisClient, Script } from '@imchannel/redis'
import { createReplicatedRun, DEFAULT_WAIT_REPLICAS_MS } from './replicated-run.ts'
import type { ReplicaNeeds } from './replicated-run.ts'

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

/**
 * What a beat found. `emptied`: there is no ledger. `replaced`: it is older than what was seen before, or another one.
 * `now`, and `noticedAt` of the latest loss that is in doubt, are ms on Redis's clock; the latter is missing of one that was
 * noticed by an instance that does not keep it.
 */
export type BeatResult =
  | { kind: 'beating'; mark: LedgerMark; now: number; suspects: Suspects; noticedAt?: number | undefined }
  | { kind: 'emptied' }
  | { kind: 'replaced'; found: LedgerMark }

/** One key that every dispatcher beats: what is lost with it, or behind it, was lost from the ledger too. */
export interface LedgerHeartbeat {
  /**
   * Beats once and compares with the latest mark that the caller has proof of. One that too few replicas have is none: the
   * next master may never have heard of it, and has lost nothing. @throws ReplicasMissing
   */
  beat(latest: LedgerMark | undefined): Promise<BeatResult>
  /**
   * Begins a new epoch, with what is in doubt since the loss; where another instance began one already, its suspects
   * stand beside these. @throws ReplicasMissing where it is to be begun again
   */
  begin(latest: LedgerMark | undefined, suspects: Suspects): Promise<{ mark: LedgerMark; noticedAt: number }>
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
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if suspects and suspects ~= '{}' then
  local ends = redis.call('HGET', KEYS[1], 'suspectsUntil')
  if not ends then
    redis.call('HSET', KEYS[1], 'suspectsUntil', string.format('%d', now + ARGV[2]))
  elseif now > tonumber(ends) then
    suspects = '{}'
    redis.call('HSET', KEYS[1], 'suspects', suspects)
    redis.call('HDEL', KEYS[1], 'suspectsUntil', 'noticedAt')
  end
end
return { redis.call('HGET', KEYS[1], 'epoch'), beat, suspects, own, string.format('%d', now), redis.call('HGET', KEYS[1], 'noticedAt') }
`)

// The epoch changes where there is none or where the one that the caller knows went back in time; one that another
// instance began after the loss stays, so that they agree after one round. The beat never falls below the caller's.
// Who notices last has written to a former master until then: the loss counts from there. It names its epoch: an instance that
// does not know the field leaves it behind with another one.
const BEGIN = script(`
local epoch, beat = redis.call('HGET', KEYS[1], 'epoch'), tonumber(redis.call('HGET', KEYS[1], 'beat') or '0')
local known = redis.call('HGET', KEYS[1], 'suspects')
local all = known and cjson.decode(known) or {}
for place, bound in pairs(cjson.decode(ARGV[2])) do
  if not all[place] or all[place] < bound then all[place] = bound end
end
if not epoch or epoch == ARGV[4] then epoch = ARGV[1] end
beat = math.max(beat, tonumber(ARGV[3])) + 1
local t = redis.call('TIME')
local now = string.format('%d', t[1] * 1000 + math.floor(t[2] / 1000))
redis.call('HSET', KEYS[1], 'epoch', epoch, 'beat', string.format('%d', beat), 'suspects', next(all) and cjson.encode(all) or '{}', 'noticedAt', epoch .. ' ' .. now)
redis.call('HDEL', KEYS[1], 'suspectsUntil')
return { epoch, beat, now }
`)

export interface LedgerHeartbeatOptions {
  /** Tells the ledgers of two dispatcher groups on one Redis apart. */
  name: string
  /** How long the ledger remembers a send, ms. */
  memoryMs: () => number
  /** As the ledger's own: what a beat vouches for was with so many replicas before it counted. */
  waitReplicas?: ReplicaNeeds['waitReplicas']
  /** How long to wait for them, ms. */
  waitReplicasMs?: number
}

export function createLedgerHeartbeat(
  redis: RedisClient,
  { name, memoryMs, waitReplicas = 0, waitReplicasMs: withinMs = DEFAULT_WAIT_REPLICAS_MS }: LedgerHeartbeatOptions,
): LedgerHeartbeat {
  const replicated = waitReplicas === 0 ? undefined : createReplicatedRun(redis, { waitReplicas, withinMs })
  const key = `imc:ledger:${name}`
  const instance = randomBytes(6).toString('base64url')
  /** The beat that this instance made last. */
  let last: number | undefined

  async function run(one: Script, args: (string | number)[]): Promise<unknown[]> {
    const isReplicated = replicated !== undefined && (await replicated.isNeeded())
    const answer = await (isReplicated ? replicated.run(one, key, args) : runScript(redis, one, [key], args))
    return Array.isArray(answer) ? answer : []
  }

  return {
    async beat(latest) {
      const [epoch, beat, suspects, own, now, noticed] = await run(BEAT, [instance, memoryMs()])
      if (typeof epoch !== 'string') return { kind: 'emptied' }
      const mark = { epoch, beat: Number(beat) }
      // A later one than the last is one whose answer was lost.
      const isGone = last !== undefined && Number(own ?? 0) < last
      last = mark.beat
      if (isGone || (latest !== undefined && (latest.epoch !== epoch || latest.beat >= mark.beat)))
        return { kind: 'replaced', found: mark }
      const [noticedIn, noticedAt] = String(noticed).split(' ')
      return {
        kind: 'beating',
        mark,
        now: Number(now),
        suspects: readSuspects(String(suspects)),
        noticedAt: noticedIn === epoch ? Number(noticedAt) : undefined,
      }
    },

    async begin(latest, suspects) {
      const args = [
        randomBytes(6).toString('base64url'),
        JSON.stringify(suspects),
        latest?.beat ?? 0,
        latest?.epoch ?? '',
      ]
      const [epoch, beat, now] = await run(BEGIN, args)
      last = undefined
      return { mark: { epoch: String(epoch), beat: Number(beat) }, noticedAt: Number(now) }
    },
  }
}

function readSuspects(text: string): Suspects {
  const parsed: unknown = JSON.parse(text)
  const pairs = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : []
  return Object.fromEntries(pairs.flatMap(([place, bound]) => (typeof bound === 'number' ? [[place, bound]] : [])))
}
