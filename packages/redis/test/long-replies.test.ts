import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, startRedis } from '@imchannel/local-stack'
import {
  redisTlsArgs,
  selfSignedCert,
  startRedisCluster,
  startRedisFailover,
  testStack,
  uniqueName,
} from '@imchannel/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createRedis, createReplyBuffers } from '../src/index.ts'
import type { RedisSettings } from '../src/redis-settings.ts'
import { serversOf } from '../src/servers-of.ts'

const LONGEST = 256 * 1024
const { cert, key } = selfSignedCert()

let folder: string
let files: { certFile: string; keyFile: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-replies-'))
  files = { certFile: join(folder, 'cert'), keyFile: join(folder, 'key') }
  await writeFile(files.certFile, cert)
  await writeFile(files.keyFile, key)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function overTls(): Promise<RedisSettings> {
  const [port = 0] = await freePorts(1)
  const server = await startRedis({ dataDir: join(folder, 'tls'), args: redisTlsArgs(port, files) })
  onTestFinished(() => server.kill())
  return { url: `rediss://127.0.0.1:${port}`, tls: { ca: cert } }
}

async function behindSentinel(): Promise<RedisSettings> {
  const failover = await startRedisFailover({ replicas: 0, lagMs: 0 })
  onTestFinished(() => failover[Symbol.asyncDispose]())
  return { sentinel: failover.settings }
}

async function onACluster(): Promise<RedisSettings> {
  const cluster = await startRedisCluster({ tls: files })
  onTestFinished(() => cluster[Symbol.asyncDispose]())
  return { cluster: { nodes: cluster.nodes }, tls: { ca: cert } }
}

test.each([
  ['on a server', async () => ({ url: testStack().redisUrl })],
  ['over TLS', overTls],
  ['behind Sentinel', behindSentinel],
  ['on a cluster, over TLS', onACluster],
])(
  '%s, long replies come whole, into memory that is used again, and so they do after a reconnect',
  async (_, start) => {
    const buffers = createReplyBuffers({ maxBytes: LONGEST })
    const redis = createRedis(await start(), { name: 'test', replyBuffers: buffers, onError: () => undefined })
    onTestFinished(() => redis.disconnect())
    const values = [1, 100, 16_383, 16_384, 70_000, 200_000, LONGEST, LONGEST + 1, 600_000].map((size) =>
      randomBytes(size),
    )
    const keys = values.map(() => uniqueName('imc:test'))
    await Promise.all(keys.map((name, index) => redis.set(name, values[index] ?? '', 'EX', 60)))

    async function readAll(): Promise<boolean[]> {
      const read = await Promise.all(keys.map((name) => redis.getBuffer(name)))
      expect(read.map((bytes, index) => values[index]?.equals(bytes ?? Buffer.alloc(0)))).toEqual(
        values.map(() => true),
      )
      return read.map((bytes) => bytes !== null && buffers.giveBack(bytes))
    }

    const own = [false, false, false, true, true, true, true, false, false]
    expect([await readAll(), await readAll()]).toEqual([own, own])
    for (const server of await serversOf(redis)) server.disconnect(true)
    expect(await readAll()).toEqual(own)
  },
)
