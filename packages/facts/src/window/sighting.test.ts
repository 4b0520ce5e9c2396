import type { ImEvent } from '@imchannel/events'
import { expect, it } from 'vitest'
import { sightingOf } from './sighting.ts'

const at = '2026-11-30T10:00:00.000Z'
const time = Date.parse(at)
const envelope = { id: 'i', tenant: 'acme', key: 'acme:447700900123:351910000042', time: at }
const business = '447700900123'
const phone = '351910000042'
const userId = 'PT.9000000000000042'

function received(over: Record<string, unknown> = {}): ImEvent {
  const content = { type: 'text', text: 'Bom dia' }
  const data = {
    tenant: 'acme',
    channel: 'WHATSAPP',
    messageId: 'm',
    from: phone,
    to: business,
    receivedAt: at,
    content,
  }
  // `as`: what is left out or put in otherwise is the test's.
  return { ...envelope, type: 'imchannel.message.received.v1', data: { ...data, ...over } } as ImEvent
}

function delivery(over: Record<string, unknown> = {}): ImEvent {
  const status = { groupId: 2, groupName: 'UNDELIVERABLE', id: 9, name: 'X', description: 'x' }
  const error = { groupId: 1, groupName: 'X', id: 7010, name: 'EC_NO_SESSION', description: 'x', permanent: true }
  const data = {
    tenant: 'acme',
    messageId: 'm',
    from: business,
    to: phone,
    status,
    error,
    doneAt: at,
    final: true,
    rank: 6,
  }
  return { ...envelope, type: 'imchannel.message.delivery.v1', data: { ...data, ...over } }
}

const call = {
  ...envelope,
  type: 'imchannel.call.received.v1',
  data: {
    tenant: 'acme',
    channel: 'WHATSAPP',
    callId: 'c',
    from: phone,
    to: business,
    receivedAt: at,
    window: { closesAt: at },
  },
} as ImEvent

const unsureCall = { ...call, data: { ...call.data, window: undefined } } as ImEvent

const one = (state: object, names = [phone]): object => ({ tenant: 'acme', business, names, state })

it.each<[what: string, event: ImEvent, expected: object | undefined]>([
  ['a text opens', received(), one({ openedAt: time })],
  [
    'under every name that it shows',
    received({ contact: { userId, phoneNumber: `+${phone}` } }),
    one({ openedAt: time }, [phone, userId]),
  ],
  ['a reaction maybe', received({ content: { type: 'reaction', emoji: 'x' } }), one({ maybeAt: time })],
  ['a message in a group maybe', received({ replyTo: { groupId: 'g' } }), one({ maybeAt: time })],
  ['an SMS does not', received({ channel: 'SMS' }), undefined],
  ['a message to a number that is not known does not', received({ to: undefined }), undefined],
  ['a call opens', call, one({ openedAt: time })],
  ['a call that may not have been accepted, maybe', unsureCall, one({ maybeAt: time })],
  ['7010 closes', delivery(), one({ closedAt: time })],
  ['any other report says nothing', delivery({ error: undefined }), undefined],
  ['nor does 7010 to a message of a number that is not known', delivery({ from: undefined }), undefined],
])('%s', (_what, event, expected) => {
  expect(sightingOf(event)).toEqual(expected)
})
