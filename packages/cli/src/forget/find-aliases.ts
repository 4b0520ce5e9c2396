import { type RedisClient, serversOf } from '@imchannel/redis'

/** What ingress remembers of who is who: `imc:alias:<tenant>:<business>:<bsuid>` holds the phone number. */
export interface KnownAlias {
  readonly key: string
  readonly bsuid: string
  readonly phone: string
}

const PAGE = 1_000

/** Every alias in which the customer stands on either side. */
export async function findAliases(redis: RedisClient, tenant: string, customer: string): Promise<KnownAlias[]> {
  const prefix = `imc:alias:${tenant}:`
  const found: KnownAlias[] = []
  for await (const key of keysOf(redis, `${prefix}*`)) {
    const phone = await redis.get(key)
    // A BSUID has no colon, a business number neither.
    const bsuid = key.slice(prefix.length).split(':')[1] ?? ''
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
