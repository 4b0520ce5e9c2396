import {
  DEAD_LETTER_HEADERS,
  encodeEvent,
  type ImEvent,
  conversationKey,
  messageAccepted,
  messageAttemptedEvent,
  messageIdOf,
  messageRejected,
} from '@imchannel/events'
import type { IncomingRecord } from '@imchannel/kafka'
import type { TopicRole } from '../src/domain/project-record.ts'

export const TENANT = 'acme'
export const BUSINESS = '447860099299'
export const BASE = Date.parse('2026-03-04T10:00:00.000Z')

export interface Seeded {
  readonly record: IncomingRecord
  readonly role: TopicRole
}

export const timeAt = (second: number): string => new Date(BASE + second * 1_000).toISOString()

/** Gives records their places, as Kafka would: each topic has one partition. */
export function createTopicLog() {
  const ends = new Map<string, number>()
  const place = (topic: string, role: TopicRole, record: Partial<IncomingRecord>): Seeded => {
    const offset = ends.get(topic) ?? 0
    ends.set(topic, offset + 1)
    return {
      role,
      record: {
        topic,
        partition: 0,
        offset: String(offset),
        timestamp: BASE + offset,
        key: null,
        value: null,
        headers: {},
        ...record,
      },
    }
  }
  return {
    event(event: ImEvent): Seeded {
      const { topic, key, value, headers } = encodeEvent(event)
      return place(topic, 'event', {
        key: Buffer.from(key),
        value: Buffer.from(value),
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
        timestamp: Date.parse(event.time),
      })
    },
    command(command: object, second: number): Seeded {
      return place('imchannel.outbound', 'command', commandRecord(command, second))
    },
    parked(command: object, second: number): Seeded {
      return place('imchannel.outbound.parked.acme', 'parked', commandRecord(command, second))
    },
    letter(command: object, second: number, more: Readonly<Record<string, string>> = {}): Seeded {
      const record = commandRecord(command, second)
      const added = {
        [DEAD_LETTER_HEADERS.code]: 'unknown_sender',
        [DEAD_LETTER_HEADERS.reason]: 'no account has this sender',
        [DEAD_LETTER_HEADERS.topic]: 'imchannel.outbound',
        [DEAD_LETTER_HEADERS.partition]: '0',
        [DEAD_LETTER_HEADERS.offset]: '0',
        [DEAD_LETTER_HEADERS.attempts]: '1',
        ...more,
      }
      const headers = Object.fromEntries(Object.entries(added).map(([name, text]) => [name, Buffer.from(text)]))
      return place('imchannel.outbound.deadletter', 'deadletter', {
        ...record,
        headers: { ...record.headers, ...headers },
      })
    },
  }
}

function commandRecord(command: object, second: number): Partial<IncomingRecord> {
  return {
    key: Buffer.from('any'),
    value: Buffer.from(JSON.stringify(command)),
    headers: { 'content-type': Buffer.from('application/json') },
    timestamp: BASE + second * 1_000,
  }
}

export function sendCommand(id: string, to: string, text: string): object {
  return { type: 'imchannel.message.send.v1', id, tenant: TENANT, from: BUSINESS, to, content: { type: 'text', text } }
}

export interface Story {
  readonly customer: string
  readonly userId: string
  readonly name: string
  readonly said: string
  readonly answer: string
  /** Which time it is told; another one gives other ids. */
  readonly round?: number
}

/** A customer writes, the bot answers twice: one is delivered and seen, one is refused and set aside. */
export function tellStory(story: Story, log = createTopicLog()): Seeded[] {
  const { customer, userId, name, said, answer, round = 0 } = story
  const nth = round === 0 ? '' : `-${round}`
  const key = conversationKey({ tenant: TENANT, business: BUSINESS, customer })
  const wamid = `wamid.${Buffer.from(`\u0001\u000c${customer} ${said.length}${nth}`).toString('base64')}`
  const [sent, refused] = [`c-${customer}-1${nth}`, `c-${customer}-2${nth}`]
  const parties = { tenant: TENANT, from: BUSINESS, to: customer }
  const messageId = messageIdOf(TENANT, sent)
  const received: ImEvent = {
    type: 'imchannel.message.received.v1',
    id: `e-${customer}${nth}`,
    tenant: TENANT,
    key,
    time: timeAt(0),
    subject: wamid,
    data: {
      tenant: TENANT,
      channel: 'WHATSAPP',
      messageId: wamid,
      from: customer,
      to: BUSINESS,
      receivedAt: timeAt(0),
      contact: { name, phoneNumber: customer, userId },
      content: { type: 'text', text: said },
      window: { closesAt: timeAt(86_400) },
    },
    verbatim: {
      original: JSON.stringify({
        from: customer,
        to: BUSINESS,
        messageId: wamid,
        message: { type: 'TEXT', text: said },
        contact: { name },
      }),
    },
  }
  const attempted = messageAttemptedEvent(
    {
      ...parties,
      commandId: sent,
      messageId,
      account: 'x.api.infobip.com',
      api: 'omni',
      endpoint: 'POST /omni/1/advanced',
      attempt: 1,
      outcome: 'accepted',
      httpStatus: 200,
      durationMs: 41.2,
    },
    timeAt(2),
  )
  const accepted = messageAccepted({ ...parties, commandId: sent, messageId }, { at: timeAt(3) })
  const delivered: ImEvent = {
    type: 'imchannel.message.delivery.v1',
    id: `d-${customer}${nth}`,
    tenant: TENANT,
    key,
    time: timeAt(5),
    subject: messageId,
    data: {
      ...parties,
      messageId,
      status: { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' },
      price: { pricePerMessage: '0.0065', currency: 'EUR' },
      final: true,
      rank: 4,
      contact: { userId },
    },
    verbatim: { original: JSON.stringify({ to: customer, messageId, status: { groupId: 3 } }) },
  }
  const seen: ImEvent = {
    type: 'imchannel.message.seen.v1',
    id: `s-${customer}${nth}`,
    tenant: TENANT,
    key,
    time: timeAt(6),
    subject: messageId,
    data: { ...parties, messageId, rank: 5 },
  }
  const reason = `no account has the sender of the message to ${customer}`
  const rejected = messageRejected(
    { ...parties, commandId: refused },
    { at: timeAt(8), error: { code: 'unknown_sender', reason } },
  )
  return [
    log.event(received),
    log.command(sendCommand(sent, customer, answer), 1),
    log.event(attempted),
    log.event(accepted),
    log.event(delivered),
    log.event(seen),
    log.command(sendCommand(refused, customer, `${answer} again`), 7),
    log.event(rejected),
    log.letter(sendCommand(refused, customer, `${answer} again`), 8, { [DEAD_LETTER_HEADERS.reason]: reason }),
  ]
}

/** A message of a customer, the `number`th one. */
export function receivedFrom(customer: string, number: number): ImEvent {
  const messageId = `m-${customer}-${number}`
  return {
    type: 'imchannel.message.received.v1',
    id: `e-${customer}-${number}`,
    tenant: TENANT,
    key: conversationKey({ tenant: TENANT, business: BUSINESS, customer }),
    time: timeAt(number),
    subject: messageId,
    data: {
      tenant: TENANT,
      channel: 'WHATSAPP',
      messageId,
      from: customer,
      to: BUSINESS,
      receivedAt: timeAt(number),
      content: { type: 'text', text: `number ${number}` },
    },
  }
}
