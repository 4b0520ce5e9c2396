import { runScript } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import { roomSizes } from './media-room.ts'
import type { MediaRoom } from './media-room.ts'
import { accountScript, releaseScript } from './scripts.ts'

/** One hash tag: a cluster keeps them in one slot. */
const PREFIX = 'imc:{media}:'

/** What 0.1.0 counted, of both rooms and without tenants: it counts until its media are gone. Their ids are bare keys. */
const RELEASED = [`${PREFIX}bytes`, `${PREFIX}due`] as const

const NO_LIMIT = { all: 0, ofEachTenant: 0, shared: 0 }

/** Entries looked at in one step of a sweep. */
const SWEEP_STEP = 200

/** Life of a media item that is being filled: each chunk starts it anew, so it is longer than any pause that a sender may make. */
export const FILL_MS = 60_000

/** A full sweep reads the whole account: a flood of refused uploads may make Redis spend a twentieth of its time on it. */
const FULL_SWEEP_SHARE = 20

/** A media item, as the account knows it. */
export interface AccountEntry {
  readonly tenant: string
  /** Its Redis key. */
  readonly key: string
}

export interface Booking {
  readonly bytes: number
  readonly lookAgainInMs: number
  /** Whether to take out what is gone before saying no. */
  readonly effort: 'easy' | 'full'
}

/**
 * The count of the bytes that the media of a room hold in Redis, by tenant. A media item is entered before its first chunk is
 * written and leaves only when its key is known to be gone, so a crash at any point makes the count too high for a while,
 * never too low. A key's expiry only ever moves away, and its entry is looked at when the expiry that was known comes:
 * touching a media item costs the account nothing.
 */
export interface StorageQuota {
  /** Counts the bytes for this media item; false when neither the tenant's own part of the room nor the shared one has them. */
  enter(entry: AccountEntry, booking: Booking): Promise<boolean>
  release(entry: AccountEntry): Promise<void>
  /** Takes out what is due and gone. Answers the bytes that are left. */
  sweep(): Promise<number>
}

export interface StorageQuotaOptions {
  readonly room: MediaRoom
  readonly now: () => number
  /** Bytes that media of all rooms may hold; `undefined` is no limit. */
  readonly budget: () => Promise<number | undefined>
  readonly tenants: () => number
}

export function createStorageQuota(redis: RedisClient, options: StorageQuotaOptions): StorageQuota {
  const { room, now, budget, tenants } = options
  const name = `${PREFIX}${room}`
  const keys: AccountKeys = [`${name}:bytes`, `${name}:due`, `${name}:tenants`]
  const releasedKeys: AccountKeys = [...RELEASED, keys[2]]
  let fullSweep: Promise<void> | undefined
  let nextFullSweep = Number.NEGATIVE_INFINITY

  async function tryEnter({ tenant, key }: AccountEntry, { bytes, lookAgainInMs }: Booking): Promise<boolean> {
    const budgetBytes = await budget()
    const { all, ofEachTenant, shared } = budgetBytes === undefined ? NO_LIMIT : roomSizes(room, budgetBytes, tenants())
    const args = [`${tenant}/${key}`, bytes, now() + lookAgainInMs, all, tenant, ofEachTenant, shared]
    const counted = room === 'outbound' ? [...keys, RELEASED[0]] : keys
    return (await runScript(redis, accountScript, counted, args)) === 1
  }

  async function releaseIds(from: AccountKeys, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await runScript(redis, releaseScript, from, ids)
  }

  /** Releases the ids whose keys are gone and says for the others when to look again. */
  async function settle(of: AccountKeys, ids: readonly string[]): Promise<void> {
    // One command a key: in a cluster they are in different slots.
    const left = await Promise.all(ids.map(async (id) => redis.pttl(id.slice(id.indexOf('/') + 1))))
    await releaseIds(
      of,
      ids.filter((_, index) => left[index] === -2),
    )
    const alive = ids.flatMap((id, index) => {
      const ms = left[index] ?? -2
      return ms === -2 ? [] : [now() + Math.max(ms, 1_000), id]
    })
    // XX: an entry that somebody released meanwhile stays away.
    if (alive.length > 0) await redis.zadd(of[1], 'XX', ...alive)
  }

  async function sweepDue(of: AccountKeys): Promise<void> {
    for (;;) {
      const due = await redis.zrangebyscore(of[1], '-inf', now(), 'LIMIT', 0, SWEEP_STEP)
      await settle(of, due)
      if (due.length < SWEEP_STEP) return
    }
  }

  async function sweepAll(): Promise<void> {
    // What is being filled has no key before its first chunk; it is due soon anyway.
    const from = now() + FILL_MS
    let cursor = '0'
    do {
      const [next, pairs] = await redis.zscan(keys[1], cursor, 'COUNT', SWEEP_STEP)
      await settle(
        keys,
        pairs.filter((_, index) => index % 2 === 0 && Number(pairs[index + 1]) > from),
      )
      cursor = next
    } while (cursor !== '0')
  }

  async function sweepAllOnce(): Promise<void> {
    const startedAt = performance.now()
    try {
      await sweepAll()
    } finally {
      nextFullSweep = performance.now() + FULL_SWEEP_SHARE * (performance.now() - startedAt)
      fullSweep = undefined
    }
  }

  async function sumOf([hash]: AccountKeys): Promise<number> {
    return Number((await redis.hget(hash, 'sum')) ?? '0')
  }

  return {
    release: async ({ tenant, key }) => releaseIds(keys, [`${tenant}/${key}`]),
    async enter(entry, booking) {
      if (await tryEnter(entry, booking)) return true
      if (booking.effort === 'easy') return false
      await sweepDue(keys)
      // The dispatcher may not look at customers' media, of which there may be some; the media-server looks at each scrape.
      if (room === 'outbound') await sweepDue(releasedKeys).catch(() => undefined)
      if (await tryEnter(entry, booking)) return true
      if (fullSweep === undefined && performance.now() < nextFullSweep) return false
      await (fullSweep ??= sweepAllOnce())
      return tryEnter(entry, booking)
    },
    async sweep() {
      const counted = room === 'outbound' ? [keys, releasedKeys] : [keys]
      let sum = 0
      for (const of of counted) {
        await sweepDue(of)
        sum += await sumOf(of)
      }
      return sum
    },
  }
}

/** Bytes by id with their sums, ids by when to look again, tenants by bytes. */
type AccountKeys = readonly [bytes: string, due: string, tenants: string]
