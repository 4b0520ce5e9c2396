import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findExecutables, startRedis } from '@imchannel/local-stack'
import { onTestFinished, test } from 'vitest'
import { exerciseStore } from './exercise-store.ts'

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
  await exerciseStore(await started(''), /redis_version:6\.2\./)
})

test('Valkey keeps media', async ({ skip }) => {
  const [valkey = ''] = findExecutables('valkey-server', process.env)
  skip(valkey === '', 'no valkey-server on the PATH')
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-valkey-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await symlink(valkey, join(folder, 'redis-server'))
  await exerciseStore(await started(folder), /valkey_version:/)
})
