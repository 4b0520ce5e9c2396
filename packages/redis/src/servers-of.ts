import type { Redis } from 'ioredis'
import type { RedisClient } from './redis-client.ts'

/**
 * Every server that holds keys: the one, or the masters of a cluster. It waits until the cluster has said who they are:
 * before, a client knows of nobody, or of whoever its configuration names.
 */
export async function serversOf(redis: RedisClient): Promise<Redis[]> {
  if (!('nodes' in redis)) return [redis]
  // A command waits until it can be sent, and no longer than commands may.
  if (redis.status !== 'ready') await redis.cluster('INFO')
  return redis.nodes('master')
}
