import { aliasPattern, bsuidOf } from '@imchannel/fact-store'
import { type RedisClient, serversOf } from '@imchannel/redis'

/** What ingress remembers of who is who. */
export interface KnownAlias {
  readonly key: string
  readonly bsuid: string
  readonly phone: string
}

const PAGE = 1_000

/** Every alias in which the customer stands on either side. */
export async function findAliases(redis: RedisClient, tenant: string, customer: string): Promise<KnownAlias[]> {
  const found: KnownAlias[] = []
  for await (const key of keysOf(redis, aliasPattern(tenant))) {
    const phone = await redis.get(key)
    const bsuid = bsuidOf(key)
    if (phone !== null && (phone === customer || bsuid === customer)) found.push({ key, bsuid, phone })
  }
  return found
}

/** The keys of a pattern, on all servers of a cluster. */
export async function* keysOf(redis: RedisClient, pattern: string): AsyncGenerator<string, void, void> {
  for (const server of await serversOf(redis)) {
    let cursor = '0'
    do {
      const [next, keys] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE)
      cursor = next
      yield* keys
    } while (cursor !== '0')
  }
}
