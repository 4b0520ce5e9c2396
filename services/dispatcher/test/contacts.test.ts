import { encodeEvent } from '@imchannel/events'
import { contactRecordedOf, createContactCopy, createFactStore } from '@imchannel/fact-store'
import { newContact, type ContactRecord } from '@imchannel/facts'
import { ensureTopics, readRange } from '@imchannel/kafka'
import { collectRecords, testStack, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from './support/harness.ts'

const since = Date.parse('2026-11-30T10:00:00Z')

async function useContacts() {
  const infobip = await useInfobip()
  const stage = await useStage({ tenants: { acme: infobip.url } })
  const { id: tenant, number: scope } = stage.tenant('acme')
  const prefix = stage.topics.account.replace('.account', '')
  const config = { 'cleanup.policy': 'compact', 'segment.ms': '500', 'min.cleanable.dirty.ratio': '0.01' }
  await ensureTopics(stage.client, [{ name: stage.topics.contacts, partitions: 1, replication: 1, config }])
  const redis = useRedis()
  const copy = createContactCopy(redis, { prefix })
  const phone = uniqueNumber()
  const userId = `PT.${phone}`
  const known = async (name: string): Promise<ContactRecord | undefined> =>
    (await copy.read({ tenant, scope }, [name])).get(name)?.record
  const publish = async (...records: ContactRecord[]): Promise<void> => {
    const events = records.map((record) => contactRecordedOf({ tenant, scope, record }, since))
    const results = await stage.producer.publish(events.map((event) => encodeEvent(event, stage.topics)))
    expect(results.filter(({ kind }) => kind !== 'stored')).toEqual([])
  }
  const read = async () => {
    const all = await collectRecords(testStack().brokers, [stage.topics.contacts])
    onTestFinished(() => all[Symbol.asyncDispose]())
    return (name: string) => all.records.findLast(({ key }) => key === `${tenant}:${scope}:${name}`)?.value?.toString()
  }
  return { stage, tenant, scope, prefix, redis, copy, phone, userId, known, publish, read }
}

test(
  'what Redis has lost comes back from the compacted topic, and a record that was written meanwhile loses nothing of the one before',
  async () => {
    const { stage, tenant, prefix, redis, phone, userId, known, publish, read } = await useContacts()
    const key = { name: userId, since: since - 5 }
    const whole: ContactRecord = { ...newContact(phone, since), key, links: new Map([[userId, { at: since }]]) }
    // As it is written where Redis has lost what it knew.
    const short: ContactRecord = { ...newContact(phone, since + 9), links: new Map([['PT.2', { at: since + 9 }]]) }
    await publish(whole, short)
    await stage.start()
    const isJoined = async (): Promise<boolean> => (await known(phone))?.links.size === 2
    await waitUntil(isJoined, { what: 'Redis has both' })
    expect(await known(phone)).toMatchObject({ since, key })
    const lastOf = await read()
    await waitUntil(() => lastOf(phone)?.includes('PT.2') === true && lastOf(phone)?.includes(userId) === true, {
      what: 'the topic has the whole',
    })
    const kept = async (): Promise<number> => {
      let count = 0
      for await (const one of readRange(stage.client, { topic: stage.topics.contacts }))
        if (one.key?.toString().endsWith(`:${phone}`) === true) count++
      return count
    }
    await waitUntil(
      async () => {
        // Only a segment that is closed is compacted, and only a write closes one.
        await publish(newContact(uniqueNumber(), since))
        return (await kept()) === 1
      },
      { what: 'the topic is compacted', timeoutMs: 90_000 },
    )
    const keys = [`imc:f:*:i:${tenant}:*`, `imc:f:*:contacts:${prefix}`].map((pattern) => redis.keys(pattern))
    await redis.del(...(await Promise.all(keys)).flat())
    expect(await known(phone)).toBeUndefined()
    await waitUntil(isJoined, { what: 'Redis has it again' })
    expect(await known(phone)).toMatchObject({ since, key })
  },
  PATIENCE_MS,
)

test(
  'a name that was taken away is taken from Redis too',
  async () => {
    const { stage, tenant, scope, phone, userId, known, publish } = await useContacts()
    await publish(newContact(phone, since), newContact(userId, since))
    await stage.producer.publish([
      { topic: stage.topics.contacts, key: `${tenant}:${scope}:${phone}`, value: null, headers: {} },
    ])
    await stage.start()
    await waitUntil(async () => (await known(userId)) !== undefined, { what: 'the other is there' })
    await stage.send([stage.text('acme', { id: uniqueName('sent') })])
    expect(await known(phone)).toBeUndefined()
  },
  PATIENCE_MS,
)

test('window and consent are found under every name of the person, and not those of who had the number before', async () => {
  const { tenant, scope: from, redis, prefix, copy, phone, userId } = await useContacts()
  const facts = createFactStore(redis, { prefix })
  const now = Date.now()
  const place = { tenant, scope: from }
  const linked = (name: string, others: Readonly<Record<string, number>>): ContactRecord => ({
    ...newContact(name, since),
    links: new Map(Object.entries(others).map(([other, at]) => [other, { at }])),
  })
  await copy.put(
    [linked(phone, { [userId]: since }), linked(userId, { [phone]: since })].map((record) => ({ ...place, record })),
    60_000,
  )
  await facts.widenWindows([{ tenant, business: from, names: [userId], state: { openedAt: now - 1_000 } }])
  const windowOf = async (name: string) => (await facts.read({ tenant, from, to: [name] })).window
  expect(await windowOf(phone)).toMatchObject({ openedAt: now - 1_000 })

  const next = `BR.${phone}`
  const change = [linked(phone, { [next]: now }), linked(next, { [phone]: now })]
  await copy.put(
    change.map((record) => ({ ...place, record })),
    60_000,
  )
  expect((await windowOf(phone)).openedAt).toBeUndefined()
  expect((await windowOf(next)).openedAt).toBeUndefined()
  expect(await windowOf(userId)).toMatchObject({ openedAt: now - 1_000 })
})
