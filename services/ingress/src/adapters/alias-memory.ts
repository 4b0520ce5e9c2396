import { aliasRedisKey } from '@imchannel/fact-store'
import type { RedisClient } from '@imchannel/redis'
import { type Alias, aliasKey } from '../domain/webhook-context.ts'

/** Remembers the phone number behind a business-scoped user id, for each tenant and business number. */
export interface AliasMemory {
  /** By `aliasKey`; those that are not known are absent. */
  find(tenant: string, wanted: readonly Omit<Alias, 'phone'>[]): Promise<Map<string, string>>
  remember(tenant: string, learnt: readonly Alias[], memoryMs: number): Promise<void>
}

export function createAliasMemory(redis: RedisClient): AliasMemory {
  return {
    find: async (tenant, wanted) => {
      const found = await Promise.all(
        wanted.map(async ({ business, bsuid }): Promise<[string, string | null]> => [
          aliasKey(business, bsuid),
          await redis.get(aliasRedisKey({ tenant, business, bsuid })),
        ]),
      )
      return new Map(found.filter((entry): entry is [string, string] => entry[1] !== null))
    },
    remember: async (tenant, learnt, memoryMs) => {
      await Promise.all(
        learnt.map(({ business, bsuid, phone }) =>
          redis.set(aliasRedisKey({ tenant, business, bsuid }), phone, 'PX', memoryMs),
        ),
      )
    },
  }
}
