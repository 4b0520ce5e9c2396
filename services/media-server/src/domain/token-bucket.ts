export interface TokenBuckets {
  /** Takes a token; false when there is none. `retryAfterS` says in how many seconds there will be one. */
  take(key: string, nowMs: number): { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number }
}

export interface TokenBucketOptions {
  readonly burst: number
  readonly perSecond: number
  /** Keys that are remembered; beyond it the oldest start anew. */
  readonly maxKeys: number
}

/** A bucket of tokens for each key, in constant memory. */
export function createTokenBuckets({ burst, perSecond, maxKeys }: TokenBucketOptions): TokenBuckets {
  const buckets = new Map<string, { tokens: number; at: number }>()

  return {
    take(key, nowMs) {
      const bucket = buckets.get(key) ?? { tokens: burst, at: nowMs }
      // To the end of the map's order: the first one is the longest unused.
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > maxKeys) {
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
