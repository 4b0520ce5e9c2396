import { messageIdOf, topics as topicsOf } from '@imchannel/events'
import { createContactCopy } from '@imchannel/fact-store'
import { createKafkaClient, ensureTopics, type IncomingRecord } from '@imchannel/kafka'
import { createLedger, newOwner } from '@imchannel/ledger'
import { createRedis } from '@imchannel/redis'
import { collectRecords, testStack, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { contactsTopicSpec } from '../src/topic-specs.ts'
import { dataOf, headerOf, readTopics } from './support/read-topics.ts'
import { sender, startIngress, tenant } from './support/start-ingress.ts'
import { deliveryReport, post, webhookOf } from './support/webhooks.ts'

interface Shown {
  readonly phone?: string
  readonly userId?: string
  readonly username?: string
  readonly to?: string
  /** Minutes after noon. */
  readonly at: number
}

let messages = 0

/** A message as Infobip writes it of a customer who is known by phone, by user id, or by both. */
function message({ phone, userId, username, to = sender, at }: Shown): string {
  const receivedAt = new Date(Date.UTC(2026, 10, 30, 12, at)).toISOString().replace('Z', '+0000')
  const contact = { name: 'Rui', phoneNumber: phone, userId, username }
  const content = { type: 'TEXT', text: 'Bom dia' }
  const messageId = `m-${++messages}-${uniqueNumber()}`
  return webhookOf(
    JSON.stringify({
      from: phone ?? userId,
      to,
      integrationType: 'WHATSAPP',
      receivedAt,
      messageId,
      message: content,
      contact,
    }),
  )
}

async function useIngress({ senders }: { senders?: readonly object[] } = {}) {
  const prefix = uniqueName('ingress')
  const reader = await readTopics(prefix)
  onTestFinished(() => reader[Symbol.asyncDispose]())
  const client = createKafkaClient({ brokers: testStack().brokers }, { clientId: 'test' })
  await ensureTopics(client, [contactsTopicSpec(topicsOf(prefix), 1)])
  const accounts = [{ baseUrl: 'https://xxxx.api.infobip.com', apiKey: 'key-of-account', senders }]
  const tenants = senders === undefined ? {} : { tenants: { acme: tenant({ accounts }) } }
  const ingress = await startIngress({ prefix, ...tenants })
  onTestFinished(() => ingress.stop())
  const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
  onTestFinished(() => redis.disconnect())
  const say = async (body: string): Promise<void> => expect((await post(ingress.url, body)).status).toBe(200)
  return { prefix, reader, ingress, redis, say }
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

const isMessage = (record: IncomingRecord): boolean => headerOf(record, 'ce_type') === 'imchannel.message.received.v1'
const isChange = (record: IncomingRecord): boolean => headerOf(record, 'ce_type') === 'imchannel.contact.changed.v1'
const keyOf = (record: IncomingRecord): string => record.key?.toString() ?? ''

test('phone, user id, both and another user id in every order and doubled: one key, the older, and one event a change', async () => {
  const { reader, say } = await useIngress()
  const steps = ['phone', 'first', 'both', 'other'] as const
  const runs = permutations(steps).map((order, index) => {
    const phone = uniqueNumber()
    const [first, second] = [`PT.${phone}1`, `PT.${phone}2`]
    // Hours apart: so many changes within one would be a portfolio that moved.
    const from = index * 120
    const shown = {
      phone: { phone, at: from + 1 },
      first: { userId: first, at: from + 2 },
      both: { phone, userId: first, at: from + 3 },
      other: { phone, userId: second, at: from + 4 },
    }
    return { order, phone, first, second, shown }
  })
  await Promise.all(
    runs.map(async ({ order, shown }) => {
      for (const step of order) {
        const body = message(shown[step])
        await Promise.all([say(body), say(body)])
        await say(message(shown[step]))
      }
    }),
  )
  await reader.take(isMessage, runs.length * 8)
  const all = reader.records
  for (const { order, phone, first, second } of runs) {
    const name = order.join(', ')
    const own = all.filter((record) => record.value?.includes(phone))
    const keys = own.filter(isMessage).map((record) => keyOf(record).split(':')[2])
    // Who was known first gives the key, from the first webhook that shows both; each step is two records, and its repeats none.
    const older = order[0] === 'first' ? first : phone
    const since = order.indexOf('both') * 2
    expect(new Set(keys.slice(since)), name).toEqual(new Set([older]))
    const changes = own.filter(isChange)
    const ids = changes.map((record) => headerOf(record, 'ce_id'))
    expect(new Set(ids).size, name).toBe(ids.length)
    const holders = changes.map(dataOf).filter(({ previousUserId }) => previousUserId !== undefined)
    expect(holders, name).toMatchObject([
      {
        reason: 'new-user-id',
        phone,
        userId: second,
        previousUserId: first,
        original: { contact: { phoneNumber: phone } },
      },
    ])
  }
})

test('numbers of one portfolio know a customer by the same names', async () => {
  const other = '447700900124'
  const senders = [sender, other].map((number) => ({ number, scenarioKey: 'S', portfolio: 'acme-emea' }))
  const { reader, say } = await useIngress({ senders })
  const phone = uniqueNumber()
  const userId = `PT.${phone}`
  await say(message({ phone, userId, at: 1 }))
  await say(message({ userId, to: other, at: 2 }))
  const records = await reader.take((record) => isMessage(record) && record.value?.includes(phone) === true, 2)
  expect(records.map(keyOf)).toEqual([`acme:${sender}:${phone}`, `acme:${other}:${phone}`])
  expect(dataOf(records[1] as IncomingRecord)).toMatchObject({ from: phone, contact: { userId } })
})

test('a parent’s id is never the key where the user’s own is known, and another user name is told once', async () => {
  const { reader, say } = await useIngress()
  const id = uniqueNumber()
  const [userId, parent] = [`PT.${id}`, `PT.ENT.${id}`]
  await say(message({ userId, username: 'lia', at: 1 }))
  const body = message({ userId: parent, at: 2 }).replace('"name":"Rui"', `"name":"Rui","parentUserId":"${parent}"`)
  await say(body.replace(`"userId":"${parent}"`, `"userId":"${userId}"`))
  await say(message({ userId: parent, at: 3 }))
  await say(message({ userId, username: 'lia.exemplo', at: 4 }))
  await say(message({ userId, username: 'lia.exemplo', at: 5 }))
  const records = await reader.take((record) => isMessage(record) && record.value?.includes(id) === true, 5)
  expect(new Set(records.map(keyOf))).toEqual(new Set([`acme:${sender}:${userId}`]))
  const changes = reader.records.filter((record) => isChange(record) && record.value?.includes(id) === true)
  expect(changes.map(dataOf)).toMatchObject([
    { reason: 'username', userId, username: 'lia.exemplo', previousUsername: 'lia' },
  ])
})

test('more than twenty known numbers with new user ids within an hour are a portfolio that moved', async () => {
  const { reader, redis, prefix, say } = await useIngress({ senders: [{ number: '447700900555', scenarioKey: 'S' }] })
  const to = '447700900555'
  const phones = Array.from({ length: 22 }, uniqueNumber)
  await Promise.all(phones.map((phone) => say(message({ phone, userId: `PT.${phone}`, to, at: 1 }))))
  for (const phone of phones) await say(message({ phone, userId: `BR.${phone}`, to, at: 5 }))
  const changes = await reader.take(isChange, phones.length)
  const reasons = changes.map((record) => String(dataOf(record)['reason']))
  expect(reasons.filter((reason) => reason === 'portfolio')).toHaveLength(2)
  const copy = createContactCopy(redis, { prefix })
  const held = await copy.read({ tenant: 'acme', scope: to }, phones)
  // The first twenty as well: nobody knew then.
  for (const phone of phones) expect(held.get(phone)?.record.links.get(`BR.${phone}`)?.moved, phone).toBe(true)
})

test('every name is in the compacted topic, from which Redis can be filled', async () => {
  const { prefix, say } = await useIngress()
  const phone = uniqueNumber()
  await say(message({ userId: `PT.${phone}`, at: 1 }))
  await say(message({ phone, userId: `PT.${phone}`, at: 2 }))
  const read = await collectRecords(testStack().brokers, [topicsOf(prefix).contacts])
  onTestFinished(() => read[Symbol.asyncDispose]())
  const lastOf = (name: string) => read.records.findLast(({ key }) => key === `acme:${sender}:${name}`)?.value
  await waitUntil(() => lastOf(phone) !== undefined)
  for (const [name, other] of [
    [phone, `PT.${phone}`],
    [`PT.${phone}`, phone],
  ] as const) {
    expect(JSON.parse(lastOf(name)?.toString() ?? '')).toMatchObject({
      scope: sender,
      name,
      conversation: { name: `PT.${phone}` },
      links: [{ name: other }],
    })
  }
})

test('a report whose number is spelt otherwise, and a reply to our message, join both spellings under the key of the send', async () => {
  const { reader, redis, say } = await useIngress()
  const ledger = createLedger(redis, { memoryMs: 60_000 })
  const send = async (to: string): Promise<string> => {
    const commandId = uniqueName('command')
    const messageId = messageIdOf('acme', commandId)
    const identity = { commandId, from: sender, to, print: 'p' }
    const owner = newOwner()
    await ledger.claim({ tenant: 'acme', messageId, identity }, owner)
    return messageId
  }
  const local = uniqueNumber().slice(-7)
  const [short, long] = [`55118${local}`, `551198${local}`]
  const contact = `"contact":{"phoneNumber":"${long}","userId":"BR.${local}"},"channel"`
  await say(webhookOf(deliveryReport(await send(short), short).replace('"channel"', contact)))
  const ours = await send(`52555${local}`)
  const answer = message({ phone: `521555${local}`, at: 9 })
  await say(answer.replace('"message":{', `"message":{"context":{"from":"${sender}","id":"${ours}"},`))
  await say(message({ phone: long, userId: `BR.${local}`, at: 10 }))

  const records = await reader.take((record) => isMessage(record) && record.value?.includes(local) === true, 2)
  expect(records.map(keyOf).toSorted()).toEqual([`acme:${sender}:${short}`, `acme:${sender}:52555${local}`].toSorted())
  // What Infobip gave is reported.
  expect(records.map((record) => dataOf(record)['from'])).toEqual([`521555${local}`, long])
  const changes = reader.records.filter((record) => isChange(record) && record.value?.includes(local) === true)
  expect(changes.map(dataOf)).toMatchObject([
    { reason: 'spelling', phone: long, previousPhone: short },
    { reason: 'spelling', phone: `521555${local}`, previousPhone: `52555${local}` },
  ])
})
