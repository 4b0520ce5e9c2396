import type { IncomingMessage } from 'node:http'
import { remoteAddress } from '@imchannel/http'
import { createTokenBuckets } from '../domain/token-bucket.ts'
import type { TokenBuckets } from '../domain/token-bucket.ts'

/** Counts, by the sender's address, what nobody who means well does often. */
export interface MissLimiter {
  /** Notes one more; not ok when there were too many. */
  note(request: IncomingMessage): ReturnType<TokenBuckets['take']>
}

/** An IPv6 customer has a network of 64 bits: its addresses count as one. */
export function createMissLimiter(
  rate: { readonly burst: number; readonly perSecond: number },
  trustedProxies: () => readonly string[],
): MissLimiter {
  const buckets = createTokenBuckets({ ...rate, maxKeys: 10_000 })
  return {
    note(request) {
      const address = remoteAddress(request, trustedProxies())
      const key = address.includes(':') ? address.split(':').slice(0, 4).join(':') : address
      return buckets.take(key, performance.now())
    },
  }
}
