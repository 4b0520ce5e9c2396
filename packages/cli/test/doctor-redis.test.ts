import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalRedis, startRedis } from '@imchannel/local-stack'
import { createRedis } from '@imchannel/redis'
import { testStack } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings } from './support/findings.ts'
import { createStage } from './support/stage.ts'

let folder: string
/** One that nobody should run the ledger on: it evicts, forgets and is full. */
let careless: LocalRedis

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-doctor-'))
  careless = await startRedis({
    dataDir: folder,
    maxMemory: '8mb',
    args: ['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no'],
  })
  const redis = createRedis({ url: careless.url }, { name: 'doctor-test', onError: () => undefined })
  // In pieces: what arrives counts while it does.
  for (let at = 0; at < 55; at++) await redis.set(`filling ${at}`, 'x'.repeat(100 * 1024))
  await redis.quit()
})
afterAll(async () => {
  await careless?.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('doctor, of Redis', () => {
  test('what would let messages be sent twice, or not at all, is told', async () => {
    const redis = { url: careless.url, waitReplicas: 1 }
    await using stage = await createStage({ config: { redis, mediaBudget: '8MB' } })
    const texts = await findings(stage, 'redis')
    for (const said of [
      'ok: Redis answers.',
      'problem: Redis may evict what keeps messages from being sent twice: maxmemory-policy is allkeys-lru.',
      'problem: Redis forgets sends when it restarts: the append-only file is off.',
      'problem: A claim waits for 1 replicas, and 0 are connected: nothing is sent.',
      'of 8.0 MiB: when it is full, nothing is sent and no media is taken.',
      'problem: mediaBudget (7.6 MiB) leaves the ledger no room in a Redis of 8.0 MiB.',
    ])
      expect(texts).toContainEqual(expect.stringContaining(said))
  })

  test('a Redis of media alone is looked at as well, and may forget', async () => {
    const redis = { url: testStack().redisUrl, mediaUrl: careless.url }
    await using stage = await createStage({ config: { redis } })
    const texts = await findings(stage, 'redis')
    expect(texts).toContainEqual(expect.stringMatching(/^problem: The Redis of media uses .* of 8\.0 MiB/))
    expect(texts.join()).not.toContain('append-only')
  })
})
