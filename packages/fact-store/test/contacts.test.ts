import { newContact, type ContactRecord } from '@imchannel/facts'
import { createRedis } from '@imchannel/redis'
import { testStack, uniqueName, uniqueNumber } from '@imchannel/testkit'
import { afterAll, expect, it } from 'vitest'
import { createContactCopy } from '../src/index.ts'

const redis = createRedis({ url: testStack().redisUrl }, { name: 'contacts-test', onError: () => undefined })
const copy = createContactCopy(redis, { prefix: uniqueName('contacts') })
const tenant = uniqueName('acme')
const place = { tenant, scope: '447860099299' }
const KEEP_MS = 600_000

afterAll(() => redis.disconnect())

function linked(name: string, ...others: string[]): ContactRecord {
  return { ...newContact(name, 5), links: new Map(others.map((other, at) => [other, { at }])) }
}

it('joins what many write of one name at once', async () => {
  const name = uniqueNumber()
  const others = Array.from({ length: 8 }, (_, index) => `PT.${name}${index}`)
  await Promise.all(others.map((other) => copy.put([{ ...place, record: linked(name, other) }], KEEP_MS)))
  const held = await copy.read(place, [name, 'PT.nobody'])
  expect([...held.keys()]).toEqual([name])
  expect([...(held.get(name)?.record.links.keys() ?? [])].toSorted()).toEqual(others)
})

it('gives every name of a person, by any of them, and forgets them all', async () => {
  const phone = uniqueNumber()
  const [userId, spelt] = [`PT.${phone}`, `9${phone}`]
  const records = [linked(phone, userId), linked(userId, phone, spelt), linked(spelt, userId)]
  await copy.put(
    records.map((record) => ({ ...place, record })),
    KEEP_MS,
  )
  const all = [phone, userId, spelt].toSorted()
  for (const name of all) expect([...(await copy.names([place], [name]))].toSorted()).toEqual(all)
  const found = await copy.find(tenant, [spelt])
  expect(found.map(({ record }) => record.name).toSorted()).toEqual(all)
  await copy.forget(found.map(({ record }) => ({ ...place, name: record.name })))
  expect(await copy.find(tenant, all)).toEqual([])
  expect([...(await copy.names([place], [phone]))]).toEqual([phone])
})

it('counts each new holder of a number once', async () => {
  const business = uniqueNumber()
  await Promise.all([
    copy.countHolders({ tenant, business }, [[7, '1', 'PT.1']]),
    copy.countHolders({ tenant, business }, [[5, '2', 'PT.2']]),
    copy.countHolders({ tenant, business }, [[7, '1', 'PT.1']]),
  ])
  expect(await copy.countHolders({ tenant, business }, [])).toEqual([
    [5, '2', 'PT.2'],
    [7, '1', 'PT.1'],
  ])
})
