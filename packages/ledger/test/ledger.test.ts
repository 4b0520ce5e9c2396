import { randomUUID } from 'node:crypto'
import { testStack } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runScript, script } from '@imchannel/redis'
import { createLedger, newOwner } from '../src/index.ts'
import type { Ledger, LedgerEntry, Look, Send } from '../src/index.ts'

let redis: Redis
let ledger: Ledger

beforeAll(() => {
  redis = new Redis(testStack().redisUrl)
  ledger = createLedger(redis, { memoryMs: 600_000 })
})

afterAll(() => redis.quit())

function newSend(over: Partial<Send['identity']> = {}): Send {
  const identity = {
    commandId: 'order-4711-shipped',
    from: '447860099299',
    to: '39123456789',
    print: 'k3Jd82_x',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ...over,
  }
  return { tenant: `acme-${randomUUID().slice(0, 8)}`, messageId: randomUUID(), identity }
}

function entryOf(look: Look): LedgerEntry {
  if (look.held.kind !== 'entry') throw new Error(`expected an entry, found ${look.held.kind}`)
  return look.held.entry
}

async function keyOf(send: Send): Promise<string> {
  const [key] = await redis.keys(`imc:s:${send.tenant}:*`)
  if (key === undefined) throw new Error('no entry')
  return key
}

describe('the ledger', () => {
  it('keeps a send from its claim to its reported outcome', async () => {
    const send = newSend()
    const owner = newOwner()
    expect((await ledger.find(send.tenant, send.messageId)).held.kind).toBe('absent')

    const claim = await ledger.claim(send, owner)
    expect(claim.verdict).toBe('claimed')
    expect(entryOf(claim)).toEqual({
      ...send.identity,
      state: 'sending',
      reported: false,
      owner,
      at: claim.now,
      tries: 1,
      strikes: 1,
      reportSeen: false,
    })

    const outcome = '{"status":"a|b%7C"}'
    expect((await ledger.settle(send, owner, { state: 'accepted', outcome })).verdict).toBe('written')
    expect(entryOf(await ledger.find(send.tenant, send.messageId))).toMatchObject({
      state: 'accepted',
      reported: false,
      outcome,
    })

    await ledger.reported(send)
    const last = entryOf(await ledger.find(send.tenant, send.messageId))
    expect(last).toMatchObject({ ...send.identity, state: 'accepted', reported: true, owner: '', strikes: 0 })
    expect(last.outcome).toBeUndefined()
  })

  it('claims unseen only what it has never heard of, once, and forgets a claim that is withdrawn', async () => {
    const send = newSend()
    const owner = newOwner()
    const rivals = await Promise.all([owner, newOwner(), newOwner()].map((one) => ledger.claimNew(send, one)))
    expect(rivals.map(({ verdict }) => verdict)).toEqual(['claimed', 'held', 'held'])
    expect((await ledger.claimNew(send, owner)).verdict).toBe('claimed')

    await ledger.withdraw(send, newOwner())
    expect(entryOf(await ledger.find(send.tenant, send.messageId))).toMatchObject({ state: 'sending', owner, tries: 1 })
    await ledger.withdraw(send, owner)
    expect((await ledger.find(send.tenant, send.messageId)).held.kind).toBe('absent')
  })

  it.each(['idle', 'unknown', 'accepted'] as const)(
    'claims nothing unseen that is %s, and withdraws nothing of it',
    async (state) => {
      const send = newSend()
      const owner = newOwner()
      await ledger.claimNew(send, owner)
      await ledger.settle(send, owner, state === 'accepted' ? { state, outcome: '{}' } : { state })
      const before = await redis.get(await keyOf(send))
      expect((await ledger.claimNew(send, newOwner())).verdict).toBe('held')
      await ledger.withdraw(send, owner)
      expect(await redis.get(await keyOf(send))).toBe(before)
    },
  )

  it('gives one of a hundred simultaneous claims', async () => {
    const send = newSend()
    const others = Array.from({ length: 4 }, () => new Redis(testStack().redisUrl))
    const ledgers = others.map((connection) => createLedger(connection, { memoryMs: 600_000 }))
    const claims = await Promise.all(
      Array.from({ length: 25 }, () => ledgers.map((one) => one.claim(send, newOwner()))).flat(),
    )
    expect(claims.filter((claim) => claim.verdict === 'claimed')).toHaveLength(1)
    expect(claims.filter((claim) => claim.verdict === 'held')).toHaveLength(99)
    await Promise.all(others.map((connection) => connection.quit()))
  })

  it('takes a claim whose answer was lost for the same claim', async () => {
    const send = newSend()
    const owner = newOwner()
    await ledger.claim(send, owner)
    const again = await ledger.claim(send, owner)
    expect(again.verdict).toBe('claimed')
    expect(entryOf(again)).toMatchObject({ tries: 1, strikes: 1 })
  })

  it('lets a dead owner’s request be presumed unknown, and sent again only by who asked about exactly that request', async () => {
    const send = newSend()
    const dead = newOwner()
    const claim = await ledger.claim(send, dead)
    await ledger.markOwnerLost(send, 'somebody-else')
    expect(entryOf(await ledger.find(send.tenant, send.messageId)).state).toBe('sending')

    const lost = entryOf(await ledger.markOwnerLost(send, dead))
    expect(lost).toMatchObject({ state: 'unknown', at: claim.now, tries: 1 })
    expect((await ledger.claim(send, newOwner())).verdict).toBe('held')
    expect((await ledger.claim(send, newOwner(), claim.now - 1)).verdict).toBe('held')

    const rivals = [newOwner(), newOwner()]
    const claims = await Promise.all(rivals.map((owner) => ledger.claim(send, owner, lost.at)))
    expect(claims.map((one) => one.verdict).sort()).toEqual(['claimed', 'held'])
    expect(claims.map((one) => entryOf(one).tries)).toEqual([2, 2])
  })

  it('lets the old owner, alive after all, say that its message was accepted', async () => {
    const send = newSend()
    const slow = newOwner()
    const claim = await ledger.claim(send, slow)
    await ledger.markOwnerLost(send, slow)
    const next = newOwner()
    await ledger.claim(send, next, claim.now)
    expect((await ledger.settle(send, slow, { state: 'rejected', outcome: '{}' })).verdict).toBe('held')
    expect((await ledger.settle(send, slow, { state: 'accepted', outcome: '{"by":"slow"}' })).verdict).toBe('written')
    const late = await ledger.settle(send, next, { state: 'accepted', outcome: '{"by":"next"}' })
    expect(late.verdict).toBe('final')
    expect(entryOf(late).outcome).toBe('{"by":"slow"}')
  })

  it('settles an unknown outcome by a report, whatever is decided later', async () => {
    const send = newSend()
    const owner = newOwner()
    const claim = await ledger.claim(send, owner)
    await ledger.settle(send, owner, { state: 'unknown' })
    const found = await ledger.findByMessageIds(send.tenant, [send.messageId, randomUUID(), 'wamid.HBgM'], {
      markSeen: true,
    })
    expect([...found.keys()]).toEqual([send.messageId])
    expect(found.get(send.messageId)).toMatchObject({
      commandId: 'order-4711-shipped',
      state: 'unknown',
      reportSeen: true,
    })

    expect((await ledger.claim(send, newOwner(), claim.now)).verdict).toBe('held')
    const refusal = { state: 'rejected', outcome: '{}', unknownAt: claim.now } as const
    expect((await ledger.settle(send, owner, refusal)).verdict).toBe('held')
    expect((await ledger.settle(send, owner, { state: 'accepted', outcome: '{}' })).verdict).toBe('written')
  })

  it('lets nobody refuse a send over a request that they know nothing of', async () => {
    const send = newSend()
    const owner = newOwner()
    const claim = await ledger.claim(send, owner)
    await ledger.settle(send, owner, { state: 'unknown' })
    const refusal = { state: 'expired', outcome: '{}' } as const
    expect((await ledger.settle(send, newOwner(), refusal)).verdict).toBe('held')
    expect((await ledger.settle(send, newOwner(), { ...refusal, unknownAt: claim.now - 1 })).verdict).toBe('held')
    expect((await ledger.settle(send, newOwner(), { ...refusal, unknownAt: claim.now })).verdict).toBe('written')
  })

  it('finds nothing under another tenant’s name', async () => {
    const send = newSend()
    await ledger.claim(send, newOwner())
    expect((await ledger.findByMessageIds(newSend().tenant, [send.messageId])).size).toBe(0)
  })

  it('counts handlings that began and never ended, and forgets them once one ends', async () => {
    const send = newSend()
    expect(entryOf(await ledger.strike(send, newOwner())).strikes).toBe(1)
    for (const strikes of [2, 3]) {
      const owner = newOwner()
      expect(entryOf(await ledger.claim(send, owner)).strikes).toBe(strikes)
      await ledger.strike(send, owner)
      const lost = entryOf(await ledger.find(send.tenant, send.messageId))
      expect(lost).toMatchObject({ state: 'unknown', strikes })
      expect((await ledger.claim(send, newOwner(), lost.at)).verdict).toBe(strikes === 3 ? 'exhausted' : 'claimed')
      if (strikes === 2) {
        const entry = entryOf(await ledger.find(send.tenant, send.messageId))
        await ledger.settle(send, entry.owner, { state: 'idle' })
        expect(entryOf(await ledger.find(send.tenant, send.messageId))).toMatchObject({
          state: 'idle',
          strikes: 0,
          tries: 2,
        })
        await ledger.strike(send, newOwner())
        await ledger.strike(send, newOwner())
      }
    }
  })

  it('writes the outcome of a send whose entry was lost meanwhile', async () => {
    const send = newSend()
    const owner = newOwner()
    await ledger.claim(send, owner)
    await redis.del(await keyOf(send))
    expect((await ledger.settle(send, owner, { state: 'accepted', outcome: '{}' })).verdict).toBe('written')
    expect(entryOf(await ledger.find(send.tenant, send.messageId))).toMatchObject({
      ...send.identity,
      state: 'accepted',
    })
  })

  it('counts what it forgot, or knows as idle, as unknown when told so, and nothing else', async () => {
    const [gone, idle, done] = [newSend(), newSend(), newSend()]
    await ledger.strike(idle, '')
    await ledger.settle(done, '', { state: 'accepted', outcome: '{}' })
    for (const send of [gone, idle, done]) await ledger.presumeUnknown(send)
    const states = await Promise.all([gone, idle, done].map((send) => ledger.find(send.tenant, send.messageId)))
    expect(states.map((look) => entryOf(look).state)).toEqual(['unknown', 'unknown', 'accepted'])
  })

  it('counts what it forgot as sent at the moment that it is told, and not later than now or before its last request', async () => {
    const [gone, idle, ahead] = [newSend(), newSend(), newSend()]
    await ledger.strike(idle, '')
    const { now } = await ledger.find(idle.tenant, idle.messageId)
    for (const send of [gone, idle]) await ledger.presumeUnknown(send, now - 60_000)
    await ledger.presumeUnknown(ahead, now + 60_000)
    const looks = await Promise.all([gone, idle, ahead].map((send) => ledger.find(send.tenant, send.messageId)))
    const [first = 0, second = 0, third = 0] = looks.map((look) => entryOf(look).at)
    expect(first).toBe(now - 60_000)
    expect(second).toBeGreaterThan(now - 60_000)
    expect(third).toBeLessThan(now + 60_000)
  })

  it('clears rejected and expired commands, and neither accepted, unknown nor running ones', async () => {
    const sends = Array.from({ length: 5 }, () => ({ ...newSend(), tenant: 'acme' }))
    const [rejected, expired, accepted, unknown, running] = sends as [Send, Send, Send, Send, Send] // five were made
    await ledger.settle(rejected, '', { state: 'rejected', outcome: '{}' })
    await ledger.reported(rejected)
    await ledger.settle(expired, '', { state: 'expired', outcome: '{}' })
    await ledger.settle(accepted, '', { state: 'accepted', outcome: '{}' })
    await ledger.presumeUnknown(unknown)
    await ledger.claim(running, newOwner())
    const absent = randomUUID()

    const result = await ledger.clearRejected('acme', [...sends.map((send) => send.messageId), absent])
    expect(new Set(result.cleared)).toEqual(new Set([rejected.messageId, expired.messageId]))
    expect(new Set(result.kept)).toEqual(new Set([accepted.messageId, unknown.messageId, running.messageId]))
    expect(result.absent).toEqual([absent])
    expect((await ledger.claim(rejected, newOwner())).verdict).toBe('claimed')
  })

  it('leaves an entry of a newer format as it is and says so', async () => {
    const send = newSend()
    await ledger.claim(send, newOwner())
    const key = await keyOf(send)
    await redis.set(key, '2|whatever')
    expect((await ledger.find(send.tenant, send.messageId)).held).toEqual({ kind: 'foreign', format: '2' })
    expect((await ledger.claim(send, newOwner())).verdict).toBe('foreign')
    expect((await ledger.settle(send, 'x', { state: 'accepted', outcome: '{}' })).verdict).toBe('foreign')
    await ledger.reported(send)
    expect((await ledger.findByMessageIds(send.tenant, [send.messageId], { markSeen: true })).size).toBe(0)
    expect(await redis.get(key)).toBe('2|whatever')
  })

  it('keeps ids with any characters, and a send without a trace', async () => {
    const { traceparent: _, ...identity } = newSend({
      commandId: 'a|b%7C%25 – ü',
      to: 'US.13491208655302741918',
    }).identity
    const send = { ...newSend(), identity }
    await ledger.claim(send, newOwner())
    await ledger.settle(send, 'x', { state: 'accepted', outcome: '{"a":"1|2"}' })
    expect(entryOf(await ledger.find(send.tenant, send.messageId))).toMatchObject(identity)
  })

  it('forgets a send after its memory', async () => {
    const brief = createLedger(redis, { memoryMs: 40 })
    const send = newSend()
    await brief.claim(send, newOwner())
    await expect.poll(async () => (await brief.find(send.tenant, send.messageId)).held.kind).toBe('absent')
  })

  it('keeps a claim that is given back although a report shows that it was sent', async () => {
    const send = newSend()
    const owner = newOwner()
    await ledger.claimNew(send, owner)
    await ledger.findByMessageIds(send.tenant, [send.messageId], { markSeen: true })
    await ledger.withdraw(send, owner)
    expect(entryOf(await ledger.find(send.tenant, send.messageId))).toMatchObject({
      state: 'sending',
      reportSeen: true,
    })
  })

  it('does not take a former owner’s word that an idle send is unknown', async () => {
    const send = newSend()
    await ledger.claim(send, 'owner')
    await ledger.settle(send, 'owner', { state: 'idle' })
    expect((await ledger.settle(send, 'owner', { state: 'unknown' })).verdict).toBe('held')
    expect(entryOf(await ledger.find(send.tenant, send.messageId)).state).toBe('idle')
  })

  it('remembers a send for the whole of its memory from the report of its outcome on', async () => {
    const send = newSend()
    await ledger.claim(send, 'owner')
    await ledger.settle(send, 'owner', { state: 'accepted', outcome: '{}' })
    await redis.pexpire(await keyOf(send), 1_000)
    await ledger.reported(send)
    expect(await redis.pttl(await keyOf(send))).toBeGreaterThan(590_000)
  })

  it('remembers a scheduled send from its time on, whatever is written to it', async () => {
    const day = 24 * 3_600_000
    const send = { ...newSend(), sendAt: Date.now() + 30 * day }
    const owner = newOwner()
    const lives = async () => Math.ceil((await redis.pttl(await keyOf(send))) / day)
    await ledger.claimNew(send, owner)
    const found = [await lives()]
    await ledger.settle(send, owner, { state: 'accepted', outcome: '{}' })
    found.push(await lives())
    await ledger.reported(send)
    found.push(await lives())
    expect(found).toEqual([31, 31, 31])
  })

  it('keeps a report on what was given up: it is not sent again', async () => {
    const send = newSend()
    const owner = newOwner()
    const { now: unknownAt } = await ledger.claim(send, owner)
    await ledger.settle(send, owner, { state: 'unknown' })
    await ledger.settle(send, owner, { state: 'rejected', outcome: '{}', unknownAt })
    await ledger.reported(send)
    const { tenant, messageId } = send
    expect((await ledger.findByMessageIds(tenant, [messageId], { markSeen: true })).get(messageId)).toMatchObject({
      state: 'rejected',
      reportSeen: true,
    })
    expect(await ledger.clearRejected(tenant, [messageId])).toEqual({ cleared: [], kept: [messageId], absent: [] })
    expect((await ledger.claimNew(send, newOwner())).verdict).toBe('held')
  })

  it('does not hand out a claim that too few replicas have', async () => {
    const strict = createLedger(redis, { memoryMs: 600_000, waitReplicas: 1, waitReplicasMs: 20 })
    await expect(strict.claim(newSend(), newOwner())).rejects.toThrow(/0 of 1 replicas/)
  })

  it('asks in one command for what is asked in one turn, and one entry’s trouble is its own', async () => {
    const [fresh, broken, settled] = [newSend(), newSend(), newSend()]
    await ledger.claim(broken, newOwner())
    const key = await keyOf(broken)
    await redis.del(key)
    await redis.rpush(key, 'no string')
    const connection = new Redis(testStack().redisUrl)
    await connection.ping()
    const commands: string[] = []
    const send = connection.sendCommand.bind(connection)
    connection.sendCommand = (command, stream) => {
      commands.push(command.name)
      return send(command, stream)
    }
    const own = createLedger(connection, { memoryMs: 600_000 })

    const claims = await Promise.allSettled([
      own.claim(fresh, 'a'),
      own.claim(broken, 'b'),
      own.settle(settled, 'c', { state: 'accepted', outcome: '{}' }),
      own.find(fresh.tenant, fresh.messageId),
    ])

    expect(claims.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(claims[1]).toMatchObject({ reason: expect.objectContaining({ name: 'RedisUnavailable' }) })
    expect(entryOf(await ledger.find(fresh.tenant, fresh.messageId))).toMatchObject({ state: 'sending', owner: 'a' })
    expect(entryOf(await ledger.find(settled.tenant, settled.messageId)).state).toBe('accepted')
    // The script's source follows where the server does not know it yet.
    expect(commands.filter((name) => name !== 'eval')).toEqual(['evalsha'])
    await redis.del(key)
    await connection.quit()
  })

  it('runs on a server that has never seen its script', async () => {
    const source = `return '${randomUUID()}'`
    expect(await runScript(redis, script(source), ['unused'], [])).toBe(source.slice(8, -1))
    expect(await runScript(redis, script(source), ['unused'], [])).toBe(source.slice(8, -1))
  })
})
