import { randomUUID } from 'node:crypto'
import { testStack, uniqueName } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { createLedger } from '../src/index.ts'
import type { LedgerEntry, Send } from '../src/index.ts'
import { entryKey } from '../src/entry-key.ts'

const redis = new Redis(testStack().redisUrl)
const ledger = createLedger(redis, { memoryMs: 600_000 })
const tenant = uniqueName('released')

afterAll(() => redis.quit())

/** Entries as releases wrote them, byte for byte. They are never changed: a version that writes others has a new format number. */
const identity = 'k3Jd82_x|447860099299|39123456789|S_kvNXezTaajzpKdDg5HNgDwZ6oLqQK3AQ'
const outcome = '{"how":"rejected","at":1740657600000,"error":{"code":"unknown_sender","reason":"a|b"}}'
const released: readonly (readonly [string, string, Partial<LedgerEntry>])[] = [
  ['idle', `1|I|owner-1|1795811038544|1|0|0|${identity}|c`, { state: 'idle', strikes: 0 }],
  ['a claim', `1|S|owner-1|1795811038551|1|1|0|${identity}|c`, { state: 'sending', owner: 'owner-1', strikes: 1 }],
  ['unknown', `1|U||1795811038559|1|0|0|${identity}|c`, { state: 'unknown', owner: '', at: 1_795_811_038_559 }],
  ['unknown, with a report', `1|U||1795811038559|1|0|1|${identity}|c`, { state: 'unknown', reportSeen: true }],
  [
    'accepted',
    `1|A|owner-1|1795811038566|1|0|0|${identity}|c|{"how":"accepted"}`,
    { state: 'accepted', reported: false },
  ],
  ['reported', `1|a||1795811038590|1|0|0|${identity}|c`, { state: 'accepted', reported: true }],
  [
    'rejected',
    `1|R|owner-1|1795811038651|0|0|0|k3Jd82_x|447860099299|39123456789||c%7Cb%25|${outcome}`,
    { state: 'rejected', commandId: 'c|b%', outcome },
  ],
  ['expired', `1|e||1795811038658|0|0|0|${identity}|c`, { state: 'expired', reported: true }],
]

function fresh(): Send {
  const one = { commandId: 'c', from: '447860099299', to: '39123456789', print: 'k3Jd82_x' }
  return { tenant, messageId: randomUUID(), identity: one }
}

async function keep(stored: string): Promise<Send> {
  const send = fresh()
  await redis.set(entryKey(tenant, send.messageId) ?? '', stored, 'PX', 600_000)
  return send
}

describe('entries of 0.1.0', () => {
  it.each(released)('%s is read', async (_name, stored, expected) => {
    const send = await keep(stored)
    const { held } = await ledger.find(tenant, send.messageId)
    expect(held).toMatchObject({
      kind: 'entry',
      entry: { print: 'k3Jd82_x', from: '447860099299', to: '39123456789', commandId: 'c', ...expected },
    })
  })

  it('are under the keys that it gave them', () => {
    expect(entryKey('acme', '881a67b5-28ef-5964-8f5a-0f069b3e1106')).toBe('imc:s:acme:iBpntSjvWWSPWg8Gmz4RBg')
  })

  it('stand against a second request as they did then', async () => {
    const verdicts = await Promise.all(
      released.map(async ([name, stored]) => [name, (await ledger.claim(await keep(stored), 'owner-2')).verdict]),
    )
    expect(Object.fromEntries(verdicts)).toEqual({
      idle: 'claimed',
      'a claim': 'held',
      unknown: 'held',
      'unknown, with a report': 'held',
      accepted: 'held',
      reported: 'held',
      rejected: 'held',
      expired: 'held',
    })
  })

  it('are settled by an outcome that is learnt now', async () => {
    const send = await keep(`1|S|owner-1|1795811038551|1|1|0|${identity}|c`)
    await ledger.markOwnerLost(send, 'owner-1')
    expect((await ledger.settle(send, 'owner-2', { state: 'accepted', outcome: '{}' })).verdict).toBe('written')
    await ledger.reported(send)
    expect((await redis.get(entryKey(tenant, send.messageId) ?? ''))?.split('|').slice(0, 2)).toEqual(['1', 'a'])
  })
})

describe('entries of the second format', () => {
  const request = { form: 'content', api: 'omni', account: 'Ab-_1234' } as const
  const second = createLedger(redis, { memoryMs: 600_000, format: '2' })
  const stored = `2|I|owner-1|1795811038544|1|0|0|${identity}|c|c,o,,,,,,Ab-_1234`
  const storedNow = async (send: Send) => (await redis.get(entryKey(tenant, send.messageId) ?? '')) ?? ''

  it('are read by who still writes the first, and stay of the second', async () => {
    const send = await keep(stored)
    expect((await ledger.find(tenant, send.messageId)).held).toMatchObject({ entry: { state: 'idle', request } })
    await ledger.claim({ ...send, request: { account: 'other123' } }, 'owner-2')
    const { held } = await ledger.find(tenant, send.messageId)
    expect(held).toMatchObject({ entry: { state: 'sending', request: { account: 'other123' } } })
    await ledger.settle(send, 'owner-2', { state: 'accepted', outcome: '{"a":1}' })
    await ledger.reported(send)
    expect((await storedNow(send)).replace(/\|\d{13}\|/, '|at|')).toBe(`2|a||at|2|0|0|${identity}|c|,,,,,,,other123`)
  })

  it('are written only where all instances know them', async () => {
    const [one, two] = [fresh(), fresh()]
    await ledger.claimNew({ ...one, request }, 'o')
    await second.claimNew({ ...two, request }, 'o')
    expect([(await storedNow(one)).slice(0, 2), (await storedNow(two)).slice(0, 2)]).toEqual(['1|', '2|'])
    // One that the first format made becomes one of the second with its next request.
    await ledger.settle(one, 'o', { state: 'idle' })
    await second.claim({ ...one, request }, 'p')
    expect((await ledger.find(tenant, one.messageId)).held).toMatchObject({ entry: { tries: 2, request } })
  })

  it('are written where a request needs them: its form must be the same the next time', async () => {
    const send = fresh()
    await ledger.claimNew({ ...send, request: { form: 'fallback' } }, 'o')
    expect((await ledger.find(tenant, send.messageId)).held).toMatchObject({ entry: { request: { form: 'fallback' } } })
  })

  it('keep all else of what the first have', async () => {
    const send = fresh()
    await second.claimNew({ ...send, request }, 'o')
    await second.settle({ ...send, request }, 'o', { state: 'unknown' })
    await second.findByMessageIds(tenant, [send.messageId], { markSeen: true })
    expect((await second.find(tenant, send.messageId)).held).toMatchObject({
      entry: { ...send.identity, state: 'unknown', reportSeen: true, tries: 1, request },
    })
  })
})
