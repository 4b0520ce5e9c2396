import { randomBytes } from 'node:crypto'
import { createBatchedScript } from '@imchannel/redis'
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
export interface DedupeStore {
  /**
   * Claims every id, in one trip that it shares with the webhooks of the same moment. A claim that nobody confirms ends by itself after `publishingMs`.
   *
   * @throws where Redis is away or too slow: then nothing is known, and whoever asked publishes
   */
  claim(tenant: string, requests: readonly ClaimRequest[], publishingMs: number): Promise<Claim[]>
  /** Kafka has them: from now on they are known for `memoryMs`. */
  confirm(tenant: string, stored: readonly ClaimRequest[], memoryMs: number): Promise<void>
  /** They were not stored: whoever waits for them takes over. */
  release(tenant: string, requests: readonly ClaimRequest[]): Promise<void>
}

/** `p|fingerprint|owner` while it is being published, `s|fingerprint` once it is stored. ARGV: value, ms. */
const claimScript = `
local answers = {}
for i, key in ipairs(KEYS) do
  answers[i] = redis.call('GET', key)
  if not answers[i] then redis.call('SET', key, ARGV[2 * i - 1], 'PX', ARGV[2 * i]) end
end
return answers`

/** ARGV: value, ms. */
const confirmScript = `
for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[2 * i - 1], 'PX', ARGV[2 * i]) end
return {}`

/** Only the owner's: a claim that ran out may be somebody else's by now. ARGV: value. */
const releaseScript = `
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[i] then redis.call('DEL', key) end
end
return {}`

export function createDedupeStore(redis: RedisClient): DedupeStore {
  // Of this process: a claim of an earlier life of it is as foreign as another instance's.
  const owner = randomBytes(6).toString('base64url')
  const publishing = ({ fingerprint }: ClaimRequest): string => `p|${fingerprint}|${owner}`
  const claim = createBatchedScript(redis, claimScript)
  const confirm = createBatchedScript(redis, confirmScript)
  const release = createBatchedScript(redis, releaseScript)

  return {
    claim: async (tenant, requests, publishingMs) =>
      (await claim(requests.map((one) => ({ key: keyOf(tenant, one.id), args: [publishing(one), publishingMs] })))).map(
        readClaim,
      ),
    confirm: async (tenant, stored, memoryMs) => {
      await confirm(stored.map((one) => ({ key: keyOf(tenant, one.id), args: [`s|${one.fingerprint}`, memoryMs] })))
    },
    release: async (tenant, requests) => {
      await release(requests.map((one) => ({ key: keyOf(tenant, one.id), args: [publishing(one)] })))
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
