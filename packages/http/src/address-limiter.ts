import { networkOf } from './network-of.ts'

/** What one sender may do: so much at once, so much a second in the long run. */
export interface SenderRate {
  readonly burst: number
  readonly perSecond: number
}

/** Counts, by the sender's address, what nobody who means well does often. */
export interface AddressLimiter {
  /** Notes one more; not ok when there were too many. `retryAfterS` says in how many seconds there may be one. */
  note(address: string): { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number }
  /** Whether there is room for one more, without noting it. */
  allows(address: string): boolean
}

export interface AddressLimiterOptions {
  /** Asked each time: it may be changed while the service runs. */
  readonly rate: () => SenderRate
  /** In ms, on any clock that only goes forward. Default performance.now(). */
  readonly now?: () => number
}

/** So many a minute, all of them at once where they come so. */
export function perMinute(count: number): SenderRate {
  return { burst: count, perSecond: count / 60 }
}

/** Some 2 MB. Beyond it the longest unused starts anew: who has more networks than that is not stopped by counting them. */
const MAX_SENDERS = 10_000

/** A bucket of tokens for each sender, in constant memory. */
export function createAddressLimiter({ rate, now = () => performance.now() }: AddressLimiterOptions): AddressLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>()

  return {
    allows(address) {
      const { perSecond } = rate()
      const bucket = buckets.get(networkOf(address))
      return bucket === undefined || bucket.tokens + ((now() - bucket.at) / 1000) * perSecond >= 1
    },
    note(address) {
      const { burst, perSecond } = rate()
      const [key, nowMs] = [networkOf(address), now()]
      const bucket = buckets.get(key) ?? { tokens: burst, at: nowMs }
      // To the end of the map's order: the first one is the longest unused.
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > MAX_SENDERS) {
        const oldest = buckets.keys().next()
        if (oldest.done !== true) buckets.delete(oldest.value)
      }
      bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.at) / 1000) * perSecond)
      bucket.at = nowMs
      if (bucket.tokens < 1) return { ok: false, retryAfterS: (1 - bucket.tokens) / perSecond }
      bucket.tokens -= 1
      return { ok: true }
    },
  }
}
