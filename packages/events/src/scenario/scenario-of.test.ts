import { expect, test } from 'vitest'
import type { SendMessage } from '../commands/commands.ts'
import type { ImEvent } from '../events/im-event.ts'
import type { MessageAttempted } from '../events/message-attempted.ts'
import { conversationKey } from '../identity/conversation-key.ts'
import { messageIdOf } from '../identity/message-id-of.ts'
import { messageAttemptedEvent } from '../message-attempted-event.ts'
import { messageAccepted, messageRejected } from '../outcome-events.ts'
import { scenarioOf } from './scenario-of.ts'

const [tenant, business, customer] = ['acme', '447860099299', '351927482662']
const parties = { tenant, from: business, to: customer }
const from = '351900000001'
const scope = { to: from, count: 1 }
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 10, 0, second)).toISOString()
const idOf = (id: string): string => messageIdOf(tenant, id)
const about = (id: string) => ({ tenant, key: conversationKey({ tenant, business, customer }), subject: idOf(id) })

function said(second: number, content: { type: 'text'; text: string } | { type: 'image' }): ImEvent {
  const data = { channel: 'WHATSAPP', messageId: `w-${second}`, from: customer, to: business, receivedAt: at(second) }
  return {
    ...about(`w-${second}`),
    type: 'imchannel.message.received.v1',
    id: `e-${second}`,
    time: at(second),
    data: { tenant, ...data, contact: { name: 'Teresa' }, content },
  }
}

function tried(id: string, second: number, outcome: string, more: Partial<MessageAttempted> = {}): ImEvent {
  const endpoint = { account: 'a', api: 'omni', endpoint: 'POST /omni/1/advanced' }
  return messageAttemptedEvent(
    { ...parties, ...endpoint, commandId: id, messageId: idOf(id), attempt: second, durationMs: 40, outcome, ...more },
    at(second),
  )
}

const accepted = (id: string, second: number): ImEvent =>
  messageAccepted({ ...parties, commandId: id, messageId: idOf(id) }, { at: at(second) })

function reported(id: string, second: number, status: { groupId: number }, errorId = 0): ImEvent {
  const data = { tenant, messageId: idOf(id), to: customer, status, error: { id: errorId }, final: true, rank: 4 }
  return { ...about(id), type: 'imchannel.message.delivery.v1', id: `d-${id}-${second}`, time: at(second), data }
}

const command = (id: string, second: number): { command: SendMessage; timestamp: number } => ({
  command: { type: 'imchannel.message.send.v1', id, ...parties, content: { type: 'text', text: 'It is sent' } },
  timestamp: Date.parse(at(second)),
})

const faultsIn = (events: ImEvent[]) =>
  scenarioOf(events, [])?.steps.flatMap((step) => ('fault' in step ? [step.fault] : []))

test('a conversation becomes what the customer does, what requests meet, and what arrives, in its own time', () => {
  const events = [
    accepted('c-1', 5),
    said(0, { type: 'text', text: 'Oh well, Ana!\nNo. 4711' }),
    tried('c-1', 2, 'throttled', { httpStatus: 429, retryAfterMs: 1_500 }),
    tried('c-1', 4, 'accepted', { httpStatus: 200 }),
    reported('c-1', 6, { groupId: 3 }),
    said(10, { type: 'image' }),
  ]
  expect(scenarioOf([...events, ...events], [command('c-1', 1)])).toEqual({
    name: 'A conversation of 2026-01-01, masked',
    steps: [
      { fault: { action: 'throttle', retryAfterSeconds: 2, ...scope } },
      { from, says: 'Xx xxxx, Xxx!\nXx. 0000' },
      { from, receives: '/^/', state: 'delivered', timeoutMs: 35_000 },
      { waitMs: 4_000 },
      { from, sends: { image: expect.objectContaining({ contentType: 'image/png' }) } },
    ],
  })
})

test('nothing of anybody is in it', () => {
  const text = JSON.stringify(
    scenarioOf([said(0, { type: 'text', text: 'Oh well' }), accepted('c-1', 2)], [command('c-1', 1)]),
  )
  for (const secret of [customer, business, 'Teresa', 'Oh well', 'c-1', idOf('c-1'), 'It is sent'])
    expect(text).not.toContain(secret)
})

test.each<[string, ImEvent[], object[]]>([
  [
    'an answer that was lost, the message taken',
    [tried('c', 1, 'unknown'), accepted('c', 5)],
    [{ action: 'drop', taken: true }],
  ],
  [
    'an answer that was lost, the message not taken',
    [tried('c', 1, 'unknown'), tried('c', 3, 'accepted'), accepted('c', 5)],
    [{ action: 'drop', taken: false }],
  ],
  ['no answer', [tried('c', 1, 'unknown', { durationMs: 30_000 })], [{ action: 'hang', taken: false }]],
  ['a 503', [tried('c', 1, 'unknown', { httpStatus: 503 })], [{ action: 'status', status: 503, taken: false }]],
  ['no connection', [tried('c', 1, 'unsent', { code: 'ECONNREFUSED' })], [{ action: 'refuse' }]],
  ['a key that is not taken', [tried('c', 1, 'refused-key', { httpStatus: 401 })], [{ action: 'status', status: 401 }]],
  ['a slow answer', [tried('c', 1, 'accepted', { durationMs: 2_500.4 })], [{ action: 'latency', delayMs: 2_500 }]],
  [
    'a message that was undeliverable',
    [accepted('c', 1), reported('c', 2, { groupId: 2 }, 7_051)],
    [{ action: 'fail', errorId: 7_051 }],
  ],
  ['a message that expired', [accepted('c', 1), reported('c', 2, { groupId: 4 })], [{ action: 'expire' }]],
])('%s is met again', (_what, events, faults) => {
  expect(faultsIn([said(0, { type: 'text', text: 'Hi' }), ...events])).toEqual(
    faults.map((fault) => ({ ...fault, ...scope })),
  )
})

test('a long silence is put forward, and what never arrived is not waited for', () => {
  const rejected = messageRejected(
    { ...parties, commandId: 'c-1' },
    { at: at(90_001), error: { code: 'window_closed', reason: 'closed' } },
  )
  const steps = scenarioOf([said(0, { type: 'text', text: 'Hi' }), rejected], [command('c-1', 90_000)])?.steps
  expect(steps).toEqual([{ from, says: 'Xx' }, { advanceMs: 90_000_000 }])
  expect(scenarioOf([], [])).toBeUndefined()
})
