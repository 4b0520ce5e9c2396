import { randomUUID } from 'node:crypto'
import { testStack } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLedgerRedis, createLedgerHeartbeat } from '../src/index.ts'

let redis: Redis
beforeAll(() => {
  redis = new Redis(testStack().redisUrl)
})
afterAll(() => redis.quit())

const memoryMs = (): number => 600_000

function newHeartbeat() {
  const name = randomUUID()
  return { key: `imc:ledger:${name}`, heartbeat: createLedgerHeartbeat(redis, { name, memoryMs }) }
}

describe('the heartbeat of the ledger', () => {
  it('tells an empty ledger from a living one', async () => {
    const { key, heartbeat } = newHeartbeat()
    expect(await heartbeat.beat(undefined)).toEqual({ kind: 'emptied' })
    const { mark, noticedAt } = await heartbeat.begin(undefined, { 'commands:0': 17 })
    const beat = await heartbeat.beat(mark)
    expect(beat).toEqual({
      kind: 'beating',
      mark: { epoch: mark.epoch, beat: mark.beat + 1 },
      now: expect.any(Number),
      suspects: { 'commands:0': 17 },
      noticedAt,
    })
    await redis.del(key)
    expect(await heartbeat.beat(mark)).toEqual({ kind: 'emptied' })
  })

  it('suspects nothing any more of what the ledger would have forgotten by now', async () => {
    const name = randomUUID()
    const heartbeat = createLedgerHeartbeat(redis, { name, memoryMs: () => 50 })
    await heartbeat.begin(undefined, { 'commands:0': 17 })
    const suspects = async () => {
      const found = await heartbeat.beat(undefined)
      return found.kind === 'beating' ? found.suspects : found.kind
    }
    expect(await suspects()).toEqual({ 'commands:0': 17 })
    await expect.poll(suspects).toEqual({})
    // The next loss has its own time.
    await heartbeat.begin(undefined, { 'commands:0': 40 })
    expect(await suspects()).toEqual({ 'commands:0': 40 })
  })

  it('tells all when the loss was noticed, by whom it was noticed last', async () => {
    const { key, heartbeat } = newHeartbeat()
    const other = createLedgerHeartbeat(redis, { name: key.replace('imc:ledger:', ''), memoryMs })
    const first = await heartbeat.begin(undefined, { 'commands:0': 17 })
    await expect.poll(async () => Number((await redis.time())[0]) * 1_000).toBeGreaterThan(first.noticedAt)
    const second = await other.begin({ epoch: 'lost', beat: 1 }, {})
    expect(second.noticedAt).toBeGreaterThan(first.noticedAt)
    for (const one of [heartbeat, other])
      expect(await one.beat(undefined)).toMatchObject({ noticedAt: second.noticedAt })
  })

  it('does not take the moment of an earlier loss for that of one which an instance noticed that keeps none', async () => {
    const { key, heartbeat } = newHeartbeat()
    const { mark } = await heartbeat.begin(undefined, { 'commands:0': 17 })
    await redis.hset(key, 'epoch', 'another')
    expect(await heartbeat.beat({ ...mark, epoch: 'another' })).toMatchObject({
      suspects: { 'commands:0': 17 },
      noticedAt: undefined,
    })
  })

  it('notices that the ledger went back in time', async () => {
    const { key, heartbeat } = newHeartbeat()
    const { mark } = await heartbeat.begin(undefined, {})
    const copy = await redis.hgetall(key)
    const later = await heartbeat.beat(mark)
    if (later.kind !== 'beating') throw new Error(later.kind)
    await redis.hset(key, copy)
    expect((await heartbeat.beat(later.mark)).kind).toBe('replaced')
  })

  it('notices it though another instance, which knew less, has beaten past what this one remembers', async () => {
    const { key, heartbeat } = newHeartbeat()
    const { mark } = await heartbeat.begin(undefined, {})
    let latest = mark
    const beat = async (): Promise<void> => {
      const found = await heartbeat.beat(latest)
      if (found.kind !== 'beating') throw new Error(found.kind)
      latest = found.mark
    }
    await beat()
    const copy = await redis.hgetall(key)
    await beat()
    await beat()
    await redis.del(key)
    await redis.hset(key, copy)
    const other = createLedgerHeartbeat(redis, { name: key.replace('imc:ledger:', ''), memoryMs })
    for (let beats = 0; beats < 5; beats++) expect((await other.beat(mark)).kind).toBe('beating')
    expect((await heartbeat.beat(latest)).kind).toBe('replaced')
  })

  it('lets two instances that notice the same loss agree, with the suspects of both', async () => {
    const { key, heartbeat } = newHeartbeat()
    const { mark } = await heartbeat.begin(undefined, {})
    await redis.del(key)
    const { mark: first } = await heartbeat.begin(mark, { a: 5, b: 7 })
    const second = await heartbeat.beat(mark)
    expect(second.kind).toBe('replaced')
    await heartbeat.begin(mark, { a: 9, c: 1 })
    const settled = await heartbeat.beat(first)
    expect(settled).toMatchObject({ kind: 'beating', mark: { epoch: first.epoch }, suspects: { a: 9, b: 7, c: 1 } })
  })
})

describe('the check of Redis', () => {
  it('says what the ledger cannot rely on', async () => {
    const fake = {
      info: (section: string) =>
        Promise.resolve(section === 'memory' ? 'maxmemory_policy:allkeys-lru\r\n' : 'aof_enabled:0\r\n'),
    }
    // `as`: INFO is all that the check asks of a client; the server of the test run is set up well.
    const problems = await checkLedgerRedis(fake as unknown as Redis)
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/maxmemory-policy is allkeys-lru; set it to noeviction/)
    expect(problems[1]).toMatch(/set appendonly yes/)
  })
})
