import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis, type LocalRedis } from '@imchannel/local-stack'
import { createFaultProxy, startRedisFailover, waitUntil } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, expect, it, vi } from 'vitest'
import { createLedger, newOwner } from '../src/index.ts'
import type { Ledger, Send } from '../src/index.ts'

vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
const servers: LocalRedis[] = []

async function start(name: string, args: string[] = []): Promise<LocalRedis> {
  const server = await startRedis({ dataDir: join(folder, name), args })
  servers.push(server)
  return server
}

afterAll(async () => {
  // Not stopped: Redis would wait for replicas that are gone already.
  await Promise.all(servers.map((server) => server.kill()))
  rmSync(folder, { recursive: true, force: true })
})

function newSend(): Send {
  const messageId = randomUUID()
  return { tenant: 'acme', messageId, identity: { commandId: messageId, from: '1', to: '2', print: 'p' } }
}

async function stateOf(ledger: Ledger, { tenant, messageId }: Send): Promise<string> {
  const { held } = await ledger.find(tenant, messageId)
  return held.kind === 'entry' ? held.entry.state : held.kind
}

it('redis-failover: no claim that a replica has confirmed is lost when the master is killed under load', async () => {
  await using failover = await startRedisFailover({ replicas: 2, lagMs: 30 })
  const redis = new Redis({
    sentinels: failover.settings.nodes,
    name: failover.settings.name,
    maxRetriesPerRequest: null,
  })
  redis.on('error', () => undefined)
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 1 })
  const given: Send[] = []
  const over = new AbortController()
  const load = Array.from({ length: 20 }, async () => {
    while (!over.signal.aborted) {
      const send = newSend()
      const claim = await ledger.claim(send, newOwner()).catch(() => undefined)
      if (claim?.verdict === 'claimed') given.push(send)
    }
  })
  await waitUntil(() => given.length > 500)
  await failover.failOver()
  const before = given.length
  await waitUntil(() => given.length > before + 200, { timeoutMs: 60_000 })
  over.abort()
  await Promise.all(load)
  const found = await Promise.all(given.map((send) => stateOf(ledger, send)))
  expect(found.filter((state) => state !== 'sending')).toEqual([])
  redis.disconnect()
})

it('a master that took the claim and died before a replica had it gives no right to send, whoever is asked next', async () => {
  const first = await start('first')
  const second = await start('second')
  await start('replica', ['--replicaof', '127.0.0.1', String(second.port), '--repl-diskless-sync-delay', '0'])
  const target = { port: first.port }
  await using proxy = await createFaultProxy(target)
  const redis = new Redis(proxy.port, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  redis.on('error', () => undefined)
  const [one, two] = [new Redis(first.url), new Redis(second.url)]
  await waitUntil(async () => (await two.info('replication')).includes('state=online'))

  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 1, waitReplicasMs: 60_000 })
  const send = newSend()
  const claim = ledger.claim(send, newOwner()).then(
    ({ verdict }) => verdict,
    (error: Error) => error.name,
  )
  await waitUntil(async () => (await one.keys('*')).length === 1)
  target.port = second.port
  proxy.reset()
  expect(await claim).not.toBe('claimed')
  expect(await two.keys('*')).toEqual([])
  for (const connection of [redis, one, two]) connection.disconnect()
})

it('a claim that too few replicas have is given back: the next one need not wait for it', async () => {
  const server = await start('lonely')
  const redis = new Redis(server.url)
  const strict = createLedger(redis, { memoryMs: 600_000, waitReplicas: 1, waitReplicasMs: 20 })
  const send = newSend()
  await expect(strict.claim(send, newOwner())).rejects.toThrow(/0 of 1 replicas/)
  expect(await stateOf(strict, send)).toBe('idle')
  redis.disconnect()
})
