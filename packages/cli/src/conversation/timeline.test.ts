import {
  conversationKey,
  type ImEvent,
  messageAccepted,
  messageAttemptedEvent,
  messageIdOf,
  type SendMessage,
} from '@imchannel/events'
import { expect, test } from 'vitest'
import { timelineOf } from './timeline.ts'

const [tenant, from, to] = ['acme', '447860099299', '39123456789']
const key = conversationKey({ tenant, business: from, customer: to })
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 10, 0, second)).toISOString()
const command: SendMessage = {
  type: 'imchannel.message.send.v1',
  id: 'c-1',
  tenant,
  from,
  to,
  content: { type: 'text', text: 'Hello' },
}
const messageId = messageIdOf(tenant, 'c-1')

const received: ImEvent = {
  type: 'imchannel.message.received.v1',
  id: 'e-1',
  tenant,
  key,
  time: at(1),
  subject: 'wamid.1',
  data: {
    tenant,
    channel: 'WHATSAPP',
    messageId: 'wamid.1',
    from: to,
    to: from,
    receivedAt: at(1),
    content: { type: 'text', text: 'Hi' },
  },
}
const delivery = (second: number, status: { groupId: number; id: number; name: string }): ImEvent => ({
  type: 'imchannel.message.delivery.v1',
  id: `d-${second}`,
  tenant,
  key,
  time: at(second),
  subject: messageId,
  data: { tenant, messageId, to, status, final: true, rank: 4 },
})
const accepted = messageAccepted({ commandId: 'c-1', tenant, from, to, messageId }, { at: at(3) })

test('a message sent stands once, with all that became of it and how long each step took', () => {
  const events = [delivery(5, { groupId: 3, id: 5, name: 'DELIVERED_TO_HANDSET' }), accepted, received, accepted]
  expect(timelineOf(events, [{ command, timestamp: Date.parse(at(2)) }])).toEqual([
    expect.objectContaining({ direction: 'in', messageId: 'wamid.1', content: { type: 'text', text: 'Hi' } }),
    {
      direction: 'out',
      at: at(2),
      commandId: 'c-1',
      messageId,
      from,
      to,
      content: command.content,
      state: 'delivered',
      steps: [
        { state: 'accepted', at: at(3), afterMs: 1_000 },
        { state: 'delivered', at: at(5), afterMs: 3_000 },
      ],
    },
  ])
})

test('a message whose command is gone from Kafka is told by its reports', () => {
  const failed = delivery(9, { groupId: 5, id: 12, name: 'REJECTED_NOT_ENOUGH_CREDITS' })
  expect(timelineOf([failed], [])).toMatchObject([
    {
      direction: 'out',
      at: at(9),
      state: 'failed',
      steps: [{ state: 'failed', detail: 'REJECTED_NOT_ENOUGH_CREDITS', afterMs: 0 }],
    },
  ])
})

test('a command of which nothing was heard is waiting', () => {
  expect(timelineOf([], [{ command, timestamp: 0 }])).toMatchObject([{ state: 'waiting', steps: [] }])
})

test('the requests of a message stand with it, in their order, and make no message by themselves', () => {
  const attempted = (attempt: number, id: string): ImEvent =>
    messageAttemptedEvent(
      {
        tenant,
        commandId: 'c-1',
        messageId: id,
        from,
        to,
        account: 'a',
        api: 'omni',
        endpoint: 'POST /omni/1/advanced',
        attempt,
        outcome: attempt === 1 ? 'throttled' : 'accepted',
        durationMs: 12,
      },
      at(2 + attempt),
    )
  const events = [attempted(2, messageId), attempted(1, messageId), attempted(1, 'of another'), accepted]
  const timeline = timelineOf(events, [{ command, timestamp: Date.parse(at(2)) }])
  expect(timeline).toMatchObject([
    {
      state: 'accepted',
      attempts: [
        { at: at(3), attempt: 1, outcome: 'throttled' },
        { at: at(4), attempt: 2, outcome: 'accepted' },
      ],
    },
  ])
})
