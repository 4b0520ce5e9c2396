import type { AccountSettings } from '../settings.ts'
import type { SendItem } from '../delivery/accept.ts'
import type { World } from '../world.ts'
import { tooMany } from './errors.ts'

export interface RateLimits {
  /** @throws ApiError 429 */
  take(key: string, limit: { requests: number; perMs: number }, cost?: number): void
  /** The account's and each sender's own limit. @throws ApiError 429 */
  takeSends(account: AccountSettings, items: readonly SendItem[]): void
}

interface Bucket {
  left: number
  at: number
}

/** Token buckets by the emulator's clock: full at first, refilled evenly. */
export function createRateLimits(world: Pick<World, 'clock'>): RateLimits {
  const buckets = new Map<string, Bucket>()
  const take: RateLimits['take'] = (key, { requests, perMs }, cost = 1) => {
    const now = world.clock.now()
    const bucket = buckets.get(key) ?? { left: requests, at: now }
    const refill = (Math.max(now - bucket.at, 0) * requests) / perMs
    bucket.left = Math.min(requests, bucket.left + refill)
    bucket.at = now
    buckets.set(key, bucket)
    // A bulk larger than the bucket passes when the bucket is full: else it never could.
    const needed = Math.min(cost, requests)
    if (bucket.left < needed) {
      throw tooMany(Math.max(1, Math.ceil(((needed - bucket.left) * perMs) / requests / 1000)))
    }
    bucket.left -= needed
  }
  return {
    take,
    takeSends(account, items) {
      if (account.requestsPerSecond > 0) {
        take(`account ${account.id}`, { requests: account.requestsPerSecond, perMs: 1000 })
      }
      for (const sender of account.senders) {
        const cost = items.filter((item) => item.sender === sender.number).length
        if (cost > 0 && sender.messagesPerSecond > 0) {
          take(`sender ${account.id} ${sender.number}`, { requests: sender.messagesPerSecond, perMs: 1000 }, cost)
        }
      }
    },
  }
}
