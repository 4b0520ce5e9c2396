import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@imchannel/local-stack'
import { createRedis } from '@imchannel/redis'
import { uniqueName } from '@imchannel/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { createConsentCopy } from '../src/index.ts'

it(
  'marks nothing as read on another server than the one that it was put on: a restart, a failover',
  { timeout: 60_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'imchannel-topic-reading-'))
    const first = await startRedis({ dataDir })
    const redis = createRedis({ url: first.url }, { name: 'test', onError: () => undefined })
    const copy = createConsentCopy(redis, { prefix: uniqueName('im') })
    const position = await copy.readTo()
    expect(position.offsets).toEqual(new Map())

    await first.kill()
    const second = await startRedis({ dataDir, port: first.port })
    onTestFinished(async () => {
      redis.disconnect()
      await second.kill()
      await rm(dataDir, { recursive: true, force: true })
    })
    expect(await copy.markRead(new Map([[0, 7]]), position)).toBe(false)
    const anew = await copy.readTo()
    expect(anew.offsets).toEqual(new Map())
    expect(await copy.markRead(new Map([[0, 7]]), anew)).toBe(true)
    expect((await copy.readTo()).offsets).toEqual(new Map([[0, 7]]))
  },
)
