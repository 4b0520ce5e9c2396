import { Cluster } from 'ioredis'
import type { RedisClient } from '@imchannel/redis'

/**
 * Bytes that Redis may use: `maxmemory`, or the machine's memory where none is set; of a cluster, the sum over its
 * masters. `undefined` where the server does not tell (some hosted ones hide it).
 */
export async function memoryLimit(redis: RedisClient): Promise<number | undefined> {
  // Before, a cluster's client knows no masters. A command waits until it can be sent.
  if (redis instanceof Cluster && redis.status !== 'ready') await redis.cluster('INFO')
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis]
  const limits = await Promise.all(nodes.map(async (node) => limitOf(await node.info('memory'))))
  return limits.reduce<number | undefined>(
    (sum, limit) => (sum === undefined || limit === undefined ? undefined : sum + limit),
    0,
  )
}

function limitOf(info: string): number | undefined {
  const limit = field(info, 'maxmemory') ?? 0
  return limit > 0 ? limit : field(info, 'total_system_memory')
}

function field(info: string, name: string): number | undefined {
  const digits = new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]
  return digits === undefined || digits === '0' ? undefined : Number(digits)
}
