import { createHash, randomBytes } from 'node:crypto'
import type { RedisClient } from '@imchannel/redis'

/** What became of a claim on an event's id. */
export type Claim =
  /** This one is to be published by whoever asked. */
  | { readonly kind: 'mine' }
  /** Kafka has it. */
  | { readonly kind: 'stored'; readonly fingerprint: string }
  /** Somebody else is publishing it right now. */
  | { readonly kind: 'publishing'; readonly fingerprint: string }

export interface ClaimRequest {
  /** `ce_id`. */
  readonly id: string
  readonly fingerprint: string
}

/** Remembers which events Kafka has, so that a webhook that comes again is published once. */
export interface ClaimMemory {
  /**
   * Claims every id, in one pipelined trip. A claim that nobody confirms ends by itself after `publishingMs`.
   *
   * @throws where Redis is away or too slow: then nothing is known, and whoever asked publishes
   */
  claim(tenant: string, requests: readonly ClaimRequest[], publishingMs: number): Promise<Claim[]>
  /** Kafka has them: from now on they are known for `memoryMs`. */
  confirm(tenant: string, stored: readonly ClaimRequest[], memoryMs: number): Promise<void>
  /** They were not stored: whoever waits for them takes over. */
  release(tenant: string, requests: readonly ClaimRequest[]): Promise<void>
}

interface Script {
  readonly sha: string
  readonly source: string
}

/** `p|fingerprint|owner` while it is being published, `s|fingerprint` once it is stored. */
const claimScript = script(`
local held = redis.call('GET', KEYS[1])
if held then return held end
redis.call('SET', KEYS[1], 'p|' .. ARGV[1] .. '|' .. ARGV[2], 'PX', ARGV[3])
return false`)

/** Only the owner's: a claim that ran out may be somebody else's by now. */
const releaseScript = script(`
if redis.call('GET', KEYS[1]) == 'p|' .. ARGV[1] .. '|' .. ARGV[2] then return redis.call('DEL', KEYS[1]) end
return 0`)

export function createClaimMemory(redis: RedisClient): ClaimMemory {
  // Of this process: a claim of an earlier life of it is as foreign as another instance's.
  const owner = randomBytes(6).toString('base64url')

  return {
    claim: (tenant, requests, publishingMs) =>
      // Issued in one turn, they leave together and share one trip, on a cluster too.
      Promise.all(
        requests.map(async ({ id, fingerprint }) =>
          readClaim(await runScript(redis, claimScript, keyOf(tenant, id), [fingerprint, owner, publishingMs])),
        ),
      ),
    confirm: async (tenant, stored, memoryMs) => {
      await Promise.all(
        stored.map(({ id, fingerprint }) => redis.set(keyOf(tenant, id), `s|${fingerprint}`, 'PX', memoryMs)),
      )
    },
    release: async (tenant, requests) => {
      await Promise.all(
        requests.map(({ id, fingerprint }) => runScript(redis, releaseScript, keyOf(tenant, id), [fingerprint, owner])),
      )
    },
  }
}

/** The event's id already holds the tenant; it is said again so that no collision of derived ids could cross tenants. */
function keyOf(tenant: string, id: string): string {
  return `imc:seen:${tenant}:${id}`
}

function readClaim(held: unknown): Claim {
  if (typeof held !== 'string') return { kind: 'mine' }
  const [state, fingerprint = ''] = held.split('|')
  return { kind: state === 's' ? 'stored' : 'publishing', fingerprint }
}

function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

async function runScript(
  redis: RedisClient,
  { sha, source }: Script,
  key: string,
  args: (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, 1, key, ...args)
  } catch (error) {
    // A server that was restarted, or has just become master, does not have it.
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return await redis.eval(source, 1, key, ...args)
    throw error
  }
}
