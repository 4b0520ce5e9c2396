import { randomUUID } from 'node:crypto'
import { testStack } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createBudgetCounters,
  createBudgetKeeping,
  type AskedCounter,
  type BudgetCounters,
  type BudgetKeeping,
  type BudgetQuery,
  type CounterChange,
} from '../src/index.ts'

const prefix = `test-${randomUUID()}`
const place = 'status:0'
const day = { budget: 'tenant/day/messages', scope: '-', period: '2026-12-01' }
const previous = '2026-11-30'

let redis: Redis
let keeping: BudgetKeeping
let counters: BudgetCounters
let tenant: string
let read = 0

beforeAll(() => {
  redis = new Redis(testStack().redisUrl)
  keeping = createBudgetKeeping(redis, { prefix })
})
afterAll(() => redis.quit())
beforeEach(() => {
  tenant = `acme-${randomUUID().slice(0, 8)}`
  counters = createBudgetCounters(redis, { prefix })
  read = 0
})

function asking(messageId: string, over: Partial<AskedCounter> = {}): BudgetQuery {
  const counter = { ...day, previous, limit: 3, units: 1, isEnforced: true, ...over }
  const conversation = { from: '447860099299', to: '351927482662' }
  return { tenant, messageId, conversation, countsUnanswered: false, counters: [counter] }
}

/** The counts are there, and all that was in Kafka is in them. */
async function begin(): Promise<void> {
  await keeping.restore(tenant, { places: new Map([[place, 0]]), counts: [] })
  expect(await follow([])).toBe('taken')
}

async function follow(changes: readonly CounterChange[], endsTakenAt = Date.now()): Promise<string> {
  const stretch = { base: new Map([[place, read]]), next: new Map([[place, ++read]]), changes }
  return keeping.advance(tenant, { ...stretch, endsTakenAt })
}

const settle = (messageId: string, over: Partial<Extract<CounterChange, { do: 'settle' }>> = {}): CounterChange => {
  return { do: 'settle', counter: day, previous, messageId, rank: 2, units: 1, reserved: 1, isIncluded: true, ...over }
}
const free = (messageId: string): CounterChange => ({ do: 'free', counter: day, previous, messageId })
const used = async (): Promise<number | undefined> => (await counters.look(asking('other'))).counts[0]?.used

describe('a budget’s count', () => {
  it('takes each message once, and none beyond an enforced limit', async () => {
    await begin()
    for (const id of ['a', 'b', 'b', 'c', 'a'])
      expect(await counters.reserve(asking(id))).toMatchObject({ isSound: true, refused: undefined })
    expect(await counters.reserve(asking('d'))).toMatchObject({ refused: 0, counts: [{ used: 3, isHeld: false }] })
    expect(await counters.reserve(asking('a'))).toMatchObject({
      refused: undefined,
      counts: [{ used: 3, isHeld: true }],
    })
    expect(await counters.reserve(asking('d', { isEnforced: false }))).toMatchObject({ refused: undefined })
    expect(await used()).toBe(4)
  })

  it('of hundreds that ask at once takes exactly as many as there is room for', async () => {
    await begin()
    const others = createBudgetCounters(redis, { prefix })
    const asked = Array.from({ length: 300 }, (_, index) =>
      (index % 2 === 0 ? counters : others).reserve(asking(`m${index}`, { limit: 100 })),
    )
    const refused = (await Promise.all(asked)).filter((one) => one.refused !== undefined)
    expect(refused).toHaveLength(200)
    expect(await used()).toBe(100)
  })

  it('changes with reports, once each, and gives back what failed', async () => {
    await begin()
    for (const id of ['a', 'b', 'c']) await counters.reserve(asking(id))
    const reports = [settle('a'), settle('a', { units: 5, rank: 4 }), settle('a'), free('a'), free('b'), free('b')]
    await follow(reports)
    await follow(reports)
    expect(await used()).toBe(6)
    expect(await counters.reserve(asking('b', { limit: 10 }))).toMatchObject({ refused: undefined })
    expect(await used()).toBe(7)
    await follow([settle('b')])
    const kept = await keeping.snapshot(tenant, [day])
    expect(kept?.counts).toEqual([{ ...day, used: 7, settled: 6, open: { c: 1 } }])
  })

  it('is not reserved again where it was reserved in the period before', async () => {
    await begin()
    await counters.reserve(asking('late', { period: previous, previous: '2026-11-29' }))
    expect(await counters.reserve(asking('late'))).toMatchObject({ counts: [{ used: 0, isHeld: true }] })
    await follow([free('late')])
    const before = await counters.look(asking('other', { period: previous, previous: '2026-11-29' }))
    expect(before.counts).toMatchObject([{ used: 0 }])
  })

  it('reserves in all of a message’s budgets or in none', async () => {
    await begin()
    const query = asking('both')
    const full = { ...day, budget: 'sender/day/messages', scope: '1', previous, limit: 0, units: 1, isEnforced: true }
    expect(await counters.reserve({ ...query, counters: [...query.counters, full] })).toMatchObject({ refused: 1 })
    expect(await used()).toBe(0)
  })
})

async function emptied(): Promise<void> {
  const keys = await redis.keys(`imc:f:{b-${tenant}}:*`)
  await redis.del(...keys)
}

describe('after Redis was emptied', () => {
  it('nobody is sure until what Kafka keeps, and what came since, is in place again', async () => {
    await begin()
    for (const id of ['a', 'b']) await counters.reserve(asking(id, { limit: 5 }))
    await follow([{ do: 'accept', counter: day, messageId: 'a', units: 1 }])
    const kept = await keeping.snapshot(tenant, [day])
    if (kept === undefined) throw new Error('nothing was kept')
    await counters.reserve(asking('since', { limit: 5 }))
    await emptied()
    expect(await counters.reserve(asking('x', { limit: 5 }))).toMatchObject({ isSound: false, refused: 'unsound' })
    expect(await follow([])).toBe('behind')
    read--
    await keeping.restore(tenant, kept)
    expect(await counters.reserve(asking('x', { limit: 5 }))).toMatchObject({ refused: 'unsound' })
    // `b` is in what was kept, `since` is not, and Kafka tells of both.
    const accepted = ['b', 'since'].map((messageId): CounterChange => ({
      do: 'accept',
      counter: day,
      messageId,
      units: 1,
    }))
    expect(await follow(accepted)).toBe('taken')
    expect(await counters.look(asking('x', { limit: 5 }))).toMatchObject({ isSound: true, counts: [{ used: 3 }] })
    // What was reserved before is settled by the difference alone.
    await follow([settle('a', { units: 4 })])
    expect(await used()).toBe(6)
  })

  it('whoever saw a later moment is not sure of counts that went back', async () => {
    await begin()
    const key = `imc:f:{b-${tenant}}:read:${prefix}`
    const before = await redis.hgetall(key)
    await counters.reserve(asking('a'))
    await redis.hset(key, 'last', before['last'] ?? '0')
    expect(await counters.reserve(asking('b'))).toMatchObject({ isSound: false, refused: 'unsound' })
    await follow([], Date.now() + 1_000)
    expect(await counters.reserve(asking('b'))).toMatchObject({ isSound: true, refused: undefined })
  })
})

it('messages without an answer are counted until the customer writes', async () => {
  await begin()
  const at = async (messageId: string) => {
    return (await counters.reserve({ ...asking(messageId), counters: [], countsUnanswered: true })).unanswered
  }
  expect([await at('a'), await at('b'), await at('b')]).toEqual([0, 1, 1])
  const { conversation } = asking('a')
  await follow([{ do: 'heard', ...conversation, at: Date.now() + 1 }])
  expect(await at('c')).toBe(0)
})
