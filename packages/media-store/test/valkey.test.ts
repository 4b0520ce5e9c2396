import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Redis } from 'ioredis'
import { startRedis } from '@imchannel/local-stack'
import { expect, test } from 'vitest'
import { collect, pieces, sampleMedia } from './sample-media.ts'
import { storeOn, TTL_MS } from './store-on-redis.ts'

function find(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, name))
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const valkey = find('valkey-server')

test('Valkey keeps media as Redis does', async ({ skip }) => {
  skip(valkey === undefined, 'no valkey-server on the PATH')
  const binary = valkey ?? ''
  const dir = await mkdtemp(join(tmpdir(), 'imchannel-server-'))
  await symlink(binary, join(dir, 'redis-server'))
  const server = await startRedis({ dataDir: dir, env: { ...process.env, PATH: dir } })
  const redis = new Redis(server.url)
  const store = storeOn(redis)
  const bytes = sampleMedia('application/pdf', 600_000)
  const outcome = await store.put(pieces(bytes), { tenant: 'acme', ttlMs: TTL_MS })
  if (!outcome.ok) throw new Error(outcome.refusal.detail)
  const { medium } = outcome
  expect((await collect(store.read(medium, { start: 0, end: medium.size - 1 }))).equals(bytes)).toBe(true)
  expect(await store.fetch(medium, 'HEAD')).toMatchObject({ expireReply: 1 })
  expect(await store.useFor(medium, { commandId: 'c' })).toMatchObject({ commandIds: ['c'] })
  expect(await store.remove(medium)).toBe(true)
  redis.disconnect()
  await server.kill()
  await rm(dir, { recursive: true, force: true })
})
