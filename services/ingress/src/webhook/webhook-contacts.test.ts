import type { Tenant } from '@imchannel/config'
import { type ContactRecord, joinContacts } from '@imchannel/facts'
import { createLogger } from '@imchannel/logging'
import { expect, it } from 'vitest'
import { createContactMemory } from '../adapters/contact-memory.ts'
import { readWebhook } from '../domain/read-webhook.ts'
import { toEvents } from '../domain/to-events.ts'
import type { KnownSend, WebhookContext } from '../domain/webhook-context.ts'
import { createWebhookContacts } from './webhook-contacts.ts'

const sender = '447860099299'
// `as`: what is read of a tenant.
const tenant = { id: 'acme', accounts: [{ senders: [{ number: sender }] }] } as unknown as Tenant

/** A tenant's webhooks one after another, with what Redis knows between them. */
function setUp(sends: ReadonlyMap<string, KnownSend> = new Map()) {
  const held = new Map<string, ContactRecord>()
  let trips = 0
  const memory = createContactMemory({
    copy: {
      read: async (_place, names) => {
        trips++
        const found = names.flatMap((name) => held.get(name) ?? [])
        return new Map(found.map((record) => [record.name, { record, writtenAt: Date.now() }]))
      },
      put: async (changes) => {
        for (const { record } of changes) held.set(record.name, joinContacts(record, held.get(record.name)))
        return []
      },
      countHolders: async (_place, added) => added,
    },
    topic: { isOn: () => true, refused: () => undefined },
    log: createLogger({ service: 'ingress', format: 'classic', level: 'error', privacy: 'none', write: () => {} }),
  })
  let now = 1_000

  const sendsOf = (ids: readonly string[]): Map<string, KnownSend> =>
    new Map(
      ids.flatMap((id) => {
        const send = sends.get(id)
        return send === undefined ? [] : [[id, send] as const]
      }),
    )

  async function take(result: object) {
    trips = 0
    now++
    const reading = readWebhook(Buffer.from(JSON.stringify({ results: [result] })))
    if (reading.outcome !== 'read') throw new Error(reading.outcome)
    const { webhook } = reading
    const context: WebhookContext = {
      tenant: 'acme',
      receivedAt: new Date(now).toISOString(),
      sends: sendsOf(webhook.reportedMessageIds),
      aliases: new Map(),
      keys: new Map(),
      isOwnNumber: (number) => number === sender,
    }
    const who = createWebhookContacts(memory, {
      tenant,
      webhook,
      isOwnNumber: context.isOwnNumber,
      now,
      memoryMs: 1_000_000,
      onFailure: (error) => {
        throw error
      },
    })
    const contacts = await memory.read('acme', who.names)
    const answered = sendsOf(webhook.answeredMessageIds)
    // `as`: the ledger's entries are more than is read of them here.
    const seen = await who.see({ contacts, sends: context.sends, answered, aliases: new Map() } as never)
    await memory.put(seen.puts, 1_000_000)
    const { planned } = toEvents(webhook, { ...context, aliases: seen.aliases, keys: seen.keys })
    const [event] = planned.map((one) => one.event)
    return { key: event?.key, data: event?.data, changes: seen.changes.map((one) => one.event.data), trips, seen }
  }

  return { take }
}

const message = (from: string, contact: object, more: object = {}): object => ({
  from,
  to: sender,
  integrationType: 'WHATSAPP',
  receivedAt: '2026-11-30T10:00:00.000+0000',
  messageId: `m-${from}-${JSON.stringify(contact)}`,
  message: { type: 'TEXT', text: 'oi', ...more },
  contact,
})

it('reads names in one trip, and of what is known nothing is written', async () => {
  const { take } = setUp()
  const first = await take(message('351910000042', { userId: 'PT.1' }))
  expect(first).toMatchObject({ key: `acme:${sender}:351910000042`, changes: [] })
  expect(first.seen.puts).toHaveLength(2)
  const second = await take(message('351910000042', { userId: 'PT.1' }))
  expect([second.trips, second.seen.puts, second.seen.records]).toEqual([1, [], []])
})

it('keeps a conversation under the user id that was known first, and reports the number as Infobip gave it', async () => {
  const { take } = setUp()
  await take(message('PT.1', { userId: 'PT.1' }))
  const both = await take(message('351910000042', { userId: 'PT.1' }))
  expect(both).toMatchObject({
    key: `acme:${sender}:PT.1`,
    data: { from: '351910000042' },
    changes: [{ reason: 'new-phone', phone: '351910000042', userId: 'PT.1' }],
  })
  expect(await take(message('351910000042', {}))).toMatchObject({ key: `acme:${sender}:PT.1`, changes: [] })
})

it('joins two spellings by a report on our own message, and by a reply to one', async () => {
  const ids = ['7b1e0a52-0000-5000-8000-000000000001', '7b1e0a52-0000-5000-8000-000000000002'] as const
  const send = (to: string): KnownSend => ({ commandId: 'c', from: sender, to })
  const { take } = setUp(
    new Map([
      [ids[0], send('551187654321')],
      [ids[1], send('525512345678')],
    ]),
  )
  const report = await take({
    messageId: ids[0],
    to: '551187654321',
    doneAt: '2026-11-30T11:01:03.000+0000',
    status: { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' },
    channel: 'WHATSAPP',
    contact: { phoneNumber: '5511987654321', userId: 'BR.7' },
  })
  expect(report).toMatchObject({
    key: `acme:${sender}:551187654321`,
    changes: [{ reason: 'spelling', phone: '5511987654321', previousPhone: '551187654321' }],
  })
  const inbound = await take(message('5511987654321', { phoneNumber: '5511987654321', userId: 'BR.7' }))
  expect(inbound).toMatchObject({
    key: `acme:${sender}:551187654321`,
    data: { from: '5511987654321' },
    changes: [],
  })
  const reply = await take(message('5215512345678', {}, { context: { from: sender, id: ids[1] } }))
  expect(reply).toMatchObject({
    key: `acme:${sender}:525512345678`,
    changes: [{ reason: 'spelling', phone: '5215512345678', previousPhone: '525512345678' }],
  })
})

it('says nothing of the business’s own number', async () => {
  const { take } = setUp()
  const { seen } = await take(message(sender, { userId: 'PT.1' }))
  expect(seen.records).toEqual([])
})
