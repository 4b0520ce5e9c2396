import { serversOf } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'

/** What this Redis lacks to be trusted with the ledger, one sentence each with its remedy; empty where nothing does. */
export async function checkLedgerRedis(redis: RedisClient): Promise<string[]> {
  const problems = new Set<string>()
  for (const server of await serversOf(redis)) {
    // INFO, not CONFIG: managed offers hide CONFIG.
    const info = parseInfo(`${await server.info('memory')}\n${await server.info('persistence')}`)
    const policy = info.get('maxmemory_policy')
    if (policy !== undefined && policy !== 'noeviction') {
      problems.add(
        `Redis may evict what keeps messages from being sent twice: maxmemory-policy is ${policy}; set it to noeviction`,
      )
    }
    if (info.get('aof_enabled') === '0') {
      problems.add('Redis forgets sends when it restarts: the append-only file is off; set appendonly yes')
    }
  }
  return [...problems]
}

function parseInfo(text: string): Map<string, string> {
  const pairs = text.split('\n').map((line) => line.trim().split(':', 2))
  return new Map(pairs.flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value]])))
}
