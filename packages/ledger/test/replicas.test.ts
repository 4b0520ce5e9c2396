import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis, type LocalRedis } from '@imchannel/local-stack'
import { createRedis } from '@imchannel/redis'
import { createFaultProxy, startRedisFailover, waitUntil } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, expect, it, vi } from 'vitest'
import { createLedger, createLedgerHeartbeat, newOwner, ReplicasMissing } from '../src/index.ts'
import type { BeatResult, Ledger, Send } from '../src/index.ts'

vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
const servers: LocalRedis[] = []

async function start(name: string, args: string[] = []): Promise<LocalRedis> {
  const server = await startRedis({ dataDir: join(folder, name), args })
  servers.push(server)
  return server
}

function replicaArgs(port: number): string[] {
  return ['--replicaof', '127.0.0.1', String(port), '--repl-diskless-sync-delay', '0']
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

/** Claims all the time, before and after the blow; what the ledger has afterwards of those that counted, where it is not the claim. */
async function lostClaims(ledger: Ledger, blow: () => Promise<unknown>): Promise<string[]> {
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
  await blow()
  const before = given.length
  await waitUntil(() => given.length > before + 200, { timeoutMs: 60_000 })
  over.abort()
  await Promise.all(load)
  const found = await Promise.all(given.map((send) => stateOf(ledger, send)))
  return found.filter((state) => state !== 'sending')
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
  expect(await lostClaims(ledger, () => failover.failOver())).toEqual([])
  redis.disconnect()
})

it.each([1, 2])(
  'no claim counts that only a master took which Sentinel replaced while it was alive: %i replicas',
  async (replicas) => {
    await using failover = await startRedisFailover({ replicas, lagMs: 0 })
    const redis = createRedis({ sentinel: failover.settings }, { name: 'test', onError: () => undefined })
    const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 'auto' })
    expect(await lostClaims(ledger, () => failover.replaceMaster())).toEqual([])
    redis.disconnect()
  },
)

it('where there is no Sentinel, a replica that is gone is missed for long enough to know that it took no place', async () => {
  const master = await start('former-master')
  const replica = await start('next-master', replicaArgs(master.port))
  const redis = new Redis(master.url)
  await waitUntil(async () => /slave0:.*state=online/.test(await redis.info('replication')))
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 'auto', waitReplicasMs: 200 })
  expect((await ledger.claim(newSend(), newOwner())).verdict).toBe('claimed')
  const next = new Redis(replica.url)
  await next.replicaof('NO', 'ONE')
  await waitUntil(async () => !/slave0:/.test(await redis.info('replication')))
  await expect(ledger.claim(newSend(), newOwner())).rejects.toThrow('may have become the master')
  next.disconnect()
  redis.disconnect()
})

it('a master that took the claim and died before a replica had it gives no right to send, whoever is asked next', async () => {
  const first = await start('first')
  const second = await start('second')
  await start('replica', ['--replicaof', '127.0.0.1', String(second.port), '--repl-diskless-sync-delay', '0'])
  await using proxy = await createFaultProxy({ port: first.port })
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
  proxy.redirect(second.port)
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

it('where it is left to the server, waits for a replica while there is one, and for none where there is none', async () => {
  const master = await start('auto-master')
  const redis = new Redis(master.url)
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 'auto', waitReplicasMs: 200 })
  const claim = async (): Promise<string> =>
    ledger.claim(newSend(), newOwner()).then(
      ({ verdict }) => verdict,
      (error: unknown) => (error instanceof ReplicasMissing ? 'waits' : String(error)),
    )
  expect(await claim()).toBe('claimed')
  const replica = await start('auto-replica', replicaArgs(master.port))
  await waitUntil(async () => /slave0:.*state=online/.test(await redis.info('replication')))
  replica.freeze()
  // Connected, and no longer answering.
  await waitUntil(async () => (await claim()) === 'waits', { timeoutMs: 30_000 })
  replica.thaw()
  expect(await claim()).toBe('claimed')
  await replica.kill()
  expect(await claim()).toBe('waits')
  await waitUntil(async () => (await claim()) === 'claimed', { timeoutMs: 60_000 })
  redis.disconnect()
})

it('where it is left to the server, goes on without replicas that its user may not wait for', async () => {
  const master = await start('acl-master')
  await start('acl-replica', replicaArgs(master.port))
  const admin = new Redis(master.url)
  await waitUntil(async () => /slave0:.*state=online/.test(await admin.info('replication')))
  await admin.call('ACL', 'SETUSER', 'sender', 'on', '>word', '~*', '+@all', '-wait')
  const redis = new Redis(master.url, { username: 'sender', password: 'word' })
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 'auto' })
  expect((await ledger.claim(newSend(), newOwner())).verdict).toBe('claimed')
  redis.disconnect()
  admin.disconnect()
})

it('claims and beats by a user that may not load scripts', async () => {
  const master = await start('script-master')
  await start('script-replica', replicaArgs(master.port))
  const admin = new Redis(master.url)
  await waitUntil(async () => /slave0:.*state=online/.test(await admin.info('replication')))
  await admin.call('ACL', 'SETUSER', 'sender', 'on', '>word', '~*', '+@all', '-script')
  const redis = new Redis(master.url, { username: 'sender', password: 'word' })
  const replicas = { memoryMs: 600_000, waitReplicas: 1, waitReplicasMs: 5_000 }
  expect((await createLedger(redis, replicas).claim(newSend(), newOwner())).verdict).toBe('claimed')
  const heartbeat = createLedgerHeartbeat(redis, { ...replicas, name: randomUUID(), memoryMs: () => 600_000 })
  const { mark } = await heartbeat.begin(undefined, {})
  expect((await heartbeat.beat(mark)).kind).toBe('beating')
  redis.disconnect()
  admin.disconnect()
})

it('has an outcome confirmed by a replica before it is told', async () => {
  const master = await start('outcome-master')
  const way = await createFaultProxy({ port: master.port })
  const replica = await start('outcome-replica', replicaArgs(way.port))
  const redis = new Redis(master.url)
  await waitUntil(async () => /slave0:.*state=online/.test(await redis.info('replication')))
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 1, waitReplicasMs: 5_000 })
  const send = newSend()
  await ledger.claim(send, 'owner')
  way.delay(200)
  await ledger.settle(send, 'owner', { state: 'accepted', outcome: '{}' })
  // The master dies now: what a replica has is all that is left.
  await master.kill()
  const next = new Redis(replica.url)
  expect(await stateOf(createLedger(next, { memoryMs: 600_000 }), send)).toBe('accepted')
  next.disconnect()
  redis.disconnect()
  await way.close()
})

it('waits for a replica again where the same is written a second time', async () => {
  const master = await start('again-master')
  const redis = new Redis(master.url)
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas: 1, waitReplicasMs: 50 })
  const plain = createLedger(redis, { memoryMs: 600_000 })
  const send = newSend()
  await plain.claim(send, 'owner')
  await plain.settle(send, 'owner', { state: 'accepted', outcome: '{}' })
  await expect(ledger.settle(send, 'owner', { state: 'accepted', outcome: '{}' })).rejects.toThrow(ReplicasMissing)
  redis.disconnect()
})

it('a beat that no replica has is no proof: the next master, which never heard of it, has lost nothing', async () => {
  const master = await start('beats-master')
  const way = await createFaultProxy({ port: master.port })
  const replica = await start('beats-replica', replicaArgs(way.port))
  await using proxy = await createFaultProxy({ port: master.port })
  const redis = new Redis(proxy.port, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  redis.on('error', () => undefined)
  await waitUntil(async () => /slave0:.*state=online/.test(await redis.info('replication')))
  const heartbeat = createLedgerHeartbeat(redis, {
    name: randomUUID(),
    memoryMs: () => 600_000,
    waitReplicas: 'auto',
    waitReplicasMs: 200,
  })
  const { mark } = await heartbeat.begin(undefined, {})
  const first = await heartbeat.beat(mark)
  if (first.kind !== 'beating') throw new Error(first.kind)

  way.freeze()
  for (let beats = 0; beats < 3; beats++) await expect(heartbeat.beat(first.mark)).rejects.toThrow(ReplicasMissing)
  await master.kill()
  const next = new Redis(replica.url)
  await next.replicaof('NO', 'ONE')
  proxy.redirect(replica.port)
  proxy.reset()
  let found: BeatResult | undefined
  // Without a replica of its own it counts once it is sure to be alone.
  await waitUntil(async () => (found = await heartbeat.beat(first.mark).catch(() => undefined)) !== undefined, {
    timeoutMs: 60_000,
  })
  expect(found).toMatchObject({ kind: 'beating', mark: { epoch: mark.epoch } })
  next.disconnect()
  redis.disconnect()
  way.cut()
  await way.close()
})
