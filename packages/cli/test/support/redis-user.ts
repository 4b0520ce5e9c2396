import { readFile } from 'node:fs/promises'
import { createRedis } from '@imchannel/redis'
import { uniqueName } from '@imchannel/testkit'

/** A user of one Redis with the rights that infra/redis/users.acl gives the command line. */
export interface RedisUser {
  /** As `REDIS_URL` has it. */
  readonly url: string
  /** What Redis has refused the user, as `reason object` of its ACL LOG. */
  denied(): Promise<string[]>
}

/** Makes the user, under a name of its own, on a Redis whose URL is an administrator's. */
export async function createRedisUser(redisUrl: string): Promise<RedisUser> {
  const file = await readFile(new URL('../../../../infra/redis/users.acl', import.meta.url), 'utf8')
  const rules = /^user imchannel-cli (.*)$/m.exec(file)?.[1]?.split(' ') ?? []
  const [user, password] = [uniqueName('cli'), 'change-me-cli']
  await ask(redisUrl, 'SETUSER', user, ...rules)
  const url = new URL(redisUrl)
  url.username = user
  url.password = password
  return {
    url: url.href,
    denied: async () => {
      // Each entry is a list of names and values.
      const entries = (await ask(redisUrl, 'LOG')) as unknown[][]
      return entries.flatMap((entry) => {
        const valueOf = (name: string): string => String(entry[entry.indexOf(name) + 1])
        return valueOf('username') === user ? [`${valueOf('reason')} ${valueOf('object')}`] : []
      })
    },
  }
}

async function ask(redisUrl: string, ...args: string[]): Promise<unknown> {
  const redis = createRedis({ url: redisUrl }, { name: 'redis-user', onError: () => undefined })
  try {
    return await redis.call('ACL', ...args)
  } finally {
    redis.disconnect()
  }
}
