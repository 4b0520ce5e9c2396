import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findExecutables, startRedis } from '@imchannel/local-stack'
import { expect, onTestFinished, test } from 'vitest'
import { collect, pieces, sampleMedia } from './sample-media.ts'
import { storeOn, TTL_MS } from './store-on-redis.ts'

// Every container here is stopped by its own test; the container that would do it for them is one more to pull.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
const { GenericContainer, getContainerRuntimeClient, ImageName, Wait } = await import('testcontainers')

const MIB = 1024 * 1024
const tenant = 'acme'
const bytes = sampleMedia('application/pdf', 600_000)

/** Everything that the store asks of a server, the sweep of a full budget included. */
async function exercise(url: string, version: RegExp): Promise<void> {
  const redis = new Redis(url)
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  expect(await redis.info('server')).toMatch(version)
  const store = storeOn(redis, MIB)
  const outcome = await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS })
  if (!outcome.ok) throw new Error(outcome.refusal.detail)
  const { medium } = outcome
  expect((await collect(store.read(medium, { start: 0, end: medium.size - 1 }))).equals(bytes)).toBe(true)
  expect(await store.fetch(medium, 'HEAD')).toMatchObject({ expireReply: 1 })
  expect(await store.fetch(medium, 'GET')).toMatchObject({ firstChunk: bytes.subarray(0, 256 * 1024) })
  expect(await store.useFor(medium, { commandId: 'c' })).toMatchObject({ commandIds: ['c'] })
  expect(await store.touch(medium, true)).toBe(1)
  expect(await store.put(pieces(bytes), { tenant, ttlMs: TTL_MS })).toMatchObject({
    refusal: { reason: 'over-budget' },
  })
  expect(await store.countBytes()).toBe(bytes.length)
  expect(await store.remove(medium)).toBe(true)
  expect(await store.countBytes()).toBe(0)
}

/** Starts the server that this PATH leads to. */
async function started(path: string): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'imchannel-server-'))
  const server = await startRedis({ dataDir, env: { ...process.env, PATH: path } })
  onTestFinished(async () => {
    await server.kill()
    await rm(dataDir, { recursive: true, force: true })
  })
  return server.url
}

test('Redis 6.2, the oldest that is promised, keeps media', async () => {
  // Where the PATH has no Redis it is the one that is fetched.
  await exercise(await started(''), /redis_version:6\.2\./)
})

test('Redis 8 keeps media', async ({ skip }) => {
  const image = 'redis:8'
  const obstacle = await getContainerRuntimeClient().then(
    async (client) =>
      (await client.image.exists(ImageName.fromString(image))) ? undefined : `no image ${image}: docker pull ${image}`,
    (error: unknown) => `no Docker: ${String(error)}`,
  )
  skip(obstacle !== undefined, obstacle)
  await using container = await new GenericContainer(image)
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
    .start()
  await exercise(`redis://${container.getHost()}:${container.getMappedPort(6379)}`, /redis_version:8\./)
})

test('Valkey keeps media', async ({ skip }) => {
  const [valkey = ''] = findExecutables('valkey-server', process.env)
  skip(valkey === '', 'no valkey-server on the PATH')
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-valkey-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await symlink(valkey, join(folder, 'redis-server'))
  await exercise(await started(folder), /valkey_version:/)
})
