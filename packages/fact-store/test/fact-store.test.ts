import { randomUUID } from 'node:crypto'
import { testStack } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ANY_NUMBER, consentKey, createFactStore, encodeConsent, type FactStore } from '../src/index.ts'

let redis: Redis
let facts: FactStore

beforeAll(() => {
  redis = new Redis(testStack().redisUrl)
  facts = createFactStore(redis, { prefix: `test-${randomUUID()}` })
})

afterAll(() => redis.quit())

const business = '447860099299'
const newTenant = (): string => `acme-${randomUUID().slice(0, 8)}`
const phone = '351927482662'
const hour = 3_600_000

describe('facts of a customer', () => {
  it('are none where nobody has written any', async () => {
    const found = await facts.read({ tenant: newTenant(), from: business, to: [phone] })
    expect(found).toEqual({ window: {}, coverage: undefined, consent: [], readAt: expect.any(Number) })
    expect(Math.abs(found.readAt - Date.now())).toBeLessThan(hour)
  })

  it('have the latest of each kind, in whichever order it came', async () => {
    const tenant = newTenant()
    const now = Date.now()
    const change = { tenant, business, names: [phone] }
    const states = [{ openedAt: now - 5 }, { openedAt: now - 9 }, { closedAt: now - 7 }, { maybeAt: now - 3 }]
    for (const state of [...states, ...states.toReversed()]) await facts.widenWindows([{ ...change, state }])
    const { window } = await facts.read({ tenant, from: business, to: [phone] })
    expect(window).toEqual({ openedAt: now - 5, maybeAt: now - 3, closedAt: now - 7 })
  })

  it('are found under each name of a webhook, and under every spelling of a number', async () => {
    const tenant = newTenant()
    const openedAt = Date.now()
    await facts.widenWindows([
      { tenant, business, names: ['5511987654321', 'BR.9000000000000042'], state: { openedAt } },
    ])
    for (const name of ['5511987654321', '551187654321', 'BR.9000000000000042']) {
      expect((await facts.read({ tenant, from: business, to: [name] })).window).toMatchObject({ openedAt })
    }
    expect((await facts.read({ tenant, from: '447860099300', to: [phone] })).window).toEqual({})
  })

  it('forget a window a day after an ad’s free hours can have ended, and one of long ago at once', async () => {
    const tenant = newTenant()
    const now = Date.now()
    const change = { tenant, business, names: [phone] }
    await facts.widenWindows([{ ...change, state: { openedAt: now - 121 * hour } }])
    expect((await facts.read({ tenant, from: business, to: [phone] })).window).toEqual({})
    await facts.widenWindows([{ ...change, state: { openedAt: now - hour } }])
    await facts.widenWindows([{ ...change, state: { maybeAt: now + 1_000_000 * hour } }])
    const [key] = await redis.keys(`imc:f:*:w:${tenant}:*`)
    expect(await redis.pttl(key ?? '')).toBeLessThanOrEqual(120 * hour)
  })

  it('are found and removed under every name and spelling, and nobody else’s', async () => {
    const tenant = newTenant()
    const state = { openedAt: Date.now() }
    const other = { tenant, business, names: [phone], state }
    await facts.widenWindows([
      { tenant, business, names: ['5511987654321', 'BR.9'], state },
      { tenant, business: '447860099300', names: ['551187654321'], state },
      other,
    ])
    const found = await facts.findWindows(tenant, ['5511987654321', 'BR.9'])
    expect(found).toHaveLength(3)
    await facts.forgetWindows(found)
    expect(await redis.keys(`imc:f:*:w:${tenant}:*`)).toHaveLength(1)
    expect((await facts.read({ tenant, from: business, to: [phone] })).window).toMatchObject(state)
  })

  it('tell every consent under every name, to this number and to all', async () => {
    const tenant = newTenant()
    const stopped = { source: 'whatsapp', state: 'optedOut', scope: 'template', template: 'a/b|c', since: 5 } as const
    const blocked = { source: 'blocklist', state: 'optedOut', scope: 'all', since: 7 } as const
    await redis.hset(consentKey({ tenant, business, name: phone }), ...encodeConsent(stopped))
    await redis.hset(consentKey({ tenant, business: ANY_NUMBER, name: 'PT.9' }), ...encodeConsent(blocked))
    await redis.hset(consentKey({ tenant, business, name: phone }), 'newer', 'optedOut|none|later')
    const { consent } = await facts.read({ tenant, from: business, to: [phone, 'PT.9'] })
    expect(consent).toEqual([stopped, blocked])
  })

  it('are read in one command, however many are asked for in a turn', async () => {
    const tenant = newTenant()
    const evalsCalled = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await own.info('commandstats'))?.[1] ?? 0)
    const own = new Redis(testStack().redisUrl)
    const before = await evalsCalled()
    await Promise.all(Array.from({ length: 100 }, (_, n) => facts.read({ tenant, from: business, to: [`${n}`] })))
    // Others use the server as well; not a hundred times within it.
    expect((await evalsCalled()) - before).toBeLessThan(50)
    own.disconnect()
  })
})
