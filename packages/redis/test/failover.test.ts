import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@imchannel/local-stack'
import { startMovingRedis, startRedisCluster, startRedisFailover, type MovingRedis } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBatchedScript, createRedis, RedisUnavailable } from '../src/index.ts'
import type { RedisClient, RedisSettings } from '../src/index.ts'

/** A new master answers within this, of which the silence of a frozen one is 5 s. */
const SOON_MS = 20_000
const PATIENCE_MS = 120_000

function client(settings: RedisSettings): RedisClient {
  const redis = createRedis(settings, { name: 'test', onError: () => undefined })
  onTestFinished(() => redis.disconnect())
  return redis
}

async function useMovingRedis(): Promise<MovingRedis> {
  const moving = await startMovingRedis()
  onTestFinished(() => moving[Symbol.asyncDispose]())
  return moving
}

describe('an endpoint that leads to another master, with connections that stay', { timeout: PATIENCE_MS }, () => {
  it('takes writes again, by commands and by scripts that keep errors to themselves', async () => {
    const { url, promote, demote } = await useMovingRedis()
    const redis = client({ url })
    const write = createBatchedScript(
      redis,
      `local done, failed = pcall(redis.call, 'SET', KEYS[1], ARGV[1])
      if not done then return redis.error_reply('READONLY ' .. (failed.err or failed)) end
      return { 'written' }`,
    )
    await redis.set('key', 'before')
    await promote()
    await demote()
    expect(await Promise.all([redis.set('key', 'after'), write([{ key: 'other', args: ['after'] }])])).toEqual([
      'OK',
      ['written'],
    ])
    expect(await redis.get('key')).toBe('after')
  })

  it('tells the caller where every server that it leads to only reads', async () => {
    const { url, demote } = await useMovingRedis()
    const redis = client({ url })
    await redis.set('key', 'before')
    await demote()
    await expect(redis.set('key', 'after')).rejects.toBeInstanceOf(RedisUnavailable)
  })

  it('is found by a command that waits for a frozen server', async () => {
    const { url, master, promote } = await useMovingRedis()
    const redis = client({ url })
    await redis.set('key', 'before')
    master.freeze()
    const written = redis.set('key', 'after')
    await promote()
    const startedAt = performance.now()
    expect(await written).toBe('OK')
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS)
  })
})

describe('Sentinel', { timeout: PATIENCE_MS }, () => {
  it('has a frozen master left for the one that it chose', async () => {
    const failover = await startRedisFailover({ replicas: 1, lagMs: 0 })
    onTestFinished(() => failover[Symbol.asyncDispose]())
    const redis = client({ sentinel: failover.settings })
    await redis.set('key', 'before')
    failover.servers[0]?.freeze()
    const startedAt = performance.now()
    expect(await redis.set('key', 'after')).toBe('OK')
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS)
  })
})

describe('what a client rejects with', { timeout: PATIENCE_MS }, () => {
  it('is of one class: refused, full, too slow, closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imchannel-refusals-'))
    const server = await startRedis({ dataDir: folder })
    onTestFinished(async () => {
      await server.kill()
      await rm(folder, { recursive: true, force: true })
    })
    const redis = createRedis({ url: server.url }, { name: 'test', commandTimeoutMs: 500, onError: () => undefined })
    await redis.rpush('list', 'a secret')
    const failures = [await redis.get('list').catch((error: unknown) => error)]
    await redis.config('SET', 'maxmemory', '1')
    failures.push(await redis.set('key', 'a secret').catch((error: unknown) => error))
    server.freeze()
    failures.push(await redis.get('key').catch((error: unknown) => error))
    const closed = once(redis, 'end')
    redis.disconnect()
    await closed
    failures.push(await redis.get('key').catch((error: unknown) => error))
    expect(failures.map((one) => one instanceof RedisUnavailable && one.message)).toEqual([
      expect.stringMatching(/^WRONGTYPE/),
      expect.stringMatching(/^OOM/),
      'Command timed out',
      'Connection is closed.',
    ])
    // ioredis keeps the arguments of a failed command on its error.
    expect(JSON.stringify(failures.map((one) => Object.entries(one as object)))).not.toContain('secret')
  })

  it('is the same where a cluster gives up a key whose master is away', async () => {
    const cluster = await startRedisCluster({ args: ['--cluster-node-timeout', '15000'] })
    onTestFinished(() => cluster[Symbol.asyncDispose]())
    const redis = client({ cluster: { nodes: cluster.nodes } })
    await redis.set('key', 'before')
    // "key" is in slot 12539, the third server's.
    await cluster.servers[2]?.kill()
    await expect(redis.set('key', 'after')).rejects.toBeInstanceOf(RedisUnavailable)
  })
})
