import { accountScript, releaseScript } from './scripts.ts'
import { runScript } from './run-script.ts'
import type { MediaRedis } from './run-script.ts'

/** Both keys have one hash tag: a cluster keeps them in one slot. */
const BYTES_KEY = 'imc:{media}:bytes'
const DUE_KEY = 'imc:{media}:due'

/** Entries looked at in one step of a sweep. */
const SWEEP_STEP = 200

/** Life of a medium that is being filled: each chunk starts it anew, so it is longer than any pause that a sender may make. */
export const FILL_MS = 60_000

/** A full sweep reads the whole account: a flood of refused uploads may make Redis spend a twentieth of its time on it. */
const FULL_SWEEP_SHARE = 20

/**
 * The count of the bytes that media hold in Redis. A medium is entered before its first chunk is written and leaves
 * only when its key is known to be gone, so a crash at any point makes the count too high for a while, never too low.
 * A key's expiry only ever moves away, and its entry is looked at when the expiry that was known comes: touching a
 * medium costs the account nothing.
 */
export interface MediaAccount {
  /**
   * Counts `bytes` for this key and looks after it in `lookAgainInMs`; false when the budget does not allow it. Before
   * it says so it takes out what is gone, unless the answer is wanted only `if-easy`.
   */
  enter(key: string, bytes: number, lookAgainInMs: number, effort?: 'if-easy'): Promise<boolean>
  release(keys: readonly string[]): Promise<void>
  /** Takes out what is due and gone, or with `all` whatever is gone. Answers the bytes that are left. */
  sweep(all: boolean): Promise<number>
}

export interface MediaAccountOptions {
  readonly now: () => number
  /** Bytes; `undefined` is no limit. */
  readonly budget: () => Promise<number | undefined>
}

export function createMediaAccount(redis: MediaRedis, { now, budget }: MediaAccountOptions): MediaAccount {
  let fullSweep: Promise<void> | undefined
  let nextFullSweep = Number.NEGATIVE_INFINITY

  async function tryEnter(key: string, bytes: number, lookAgainInMs: number): Promise<boolean> {
    const args = [key, bytes, now() + lookAgainInMs, (await budget()) ?? 0]
    // The script answers {0 or 1, sum}.
    const [entered] = (await runScript(redis, accountScript, [BYTES_KEY, DUE_KEY], args)) as [number, number]
    return entered === 1
  }

  async function release(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await runScript(redis, releaseScript, [BYTES_KEY, DUE_KEY], keys)
  }

  /** Releases the keys that are gone and says for the others when to look again. */
  async function settle(keys: readonly string[]): Promise<void> {
    // One command a key: in a cluster they are in different slots.
    const left = await Promise.all(keys.map(async (key) => redis.pttl(key)))
    await release(keys.filter((_, index) => left[index] === -2))
    const alive = keys.flatMap((key, index) => {
      const ms = left[index] ?? -2
      return ms === -2 ? [] : [now() + Math.max(ms, 1_000), key]
    })
    // XX: an entry that somebody released meanwhile stays away.
    if (alive.length > 0) await redis.zadd(DUE_KEY, 'XX', ...alive)
  }

  async function sweepDue(): Promise<void> {
    for (;;) {
      const due = await redis.zrangebyscore(DUE_KEY, '-inf', now(), 'LIMIT', 0, SWEEP_STEP)
      await settle(due)
      if (due.length < SWEEP_STEP) return
    }
  }

  async function sweepAll(): Promise<void> {
    // What is being filled has no key before its first chunk; it is due soon anyway.
    const from = now() + FILL_MS
    let cursor = '0'
    do {
      const [next, pairs] = await redis.zscan(DUE_KEY, cursor, 'COUNT', SWEEP_STEP)
      await settle(pairs.filter((_, index) => index % 2 === 0 && Number(pairs[index + 1]) > from))
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

  return {
    release,
    async enter(key, bytes, lookAgainInMs, effort) {
      if (await tryEnter(key, bytes, lookAgainInMs)) return true
      if (effort === 'if-easy') return false
      await sweepDue()
      if (await tryEnter(key, bytes, lookAgainInMs)) return true
      if (fullSweep === undefined && performance.now() < nextFullSweep) return false
      await (fullSweep ??= sweepAllOnce())
      return tryEnter(key, bytes, lookAgainInMs)
    },
    async sweep(all) {
      await (all ? sweepAll() : sweepDue())
      return Number((await redis.hget(BYTES_KEY, 'sum')) ?? '0')
    },
  }
}
