import { expect, test } from 'vitest'
import { readCall } from './read-call.ts'

const business = '447700900123'
const customer = '351910000042'
const called = '2026-11-30T13:00:00.000Z'
const accepted = '2026-11-30T13:00:07.000Z'
const endpoint = { type: 'WHATSAPP', phoneNumber: customer }
const outbound = { endpoint, from: business, to: customer, direction: 'OUTBOUND', startTime: called }
const inbound = { endpoint, from: customer, to: business, direction: 'INBOUND', startTime: called }

interface Told {
  readonly type: string
  readonly call: Readonly<Record<string, unknown>>
  /** What has ended is told of as `callLog`. */
  readonly as?: 'call' | 'callLog'
}

function read({ type, call, as = 'call' }: Told) {
  return readCall({ type, callId: 'c1', timestamp: '2026-11-30T13:01:00.000Z', properties: { [as]: call } })
}

test.each<[what: string, told: Told, kind: string | undefined, call: object | undefined]>([
  [
    'a call of the customer',
    { type: 'CALL_RECEIVED', call: inbound },
    'call',
    { direction: 'inbound', receivedAt: called },
  ],
  [
    'one without a direction',
    { type: 'CALL_RECEIVED', call: { ...inbound, direction: undefined } },
    'call',
    { direction: 'inbound', receivedAt: called },
  ],
  [
    'the end of a call of the customer, which may be all that is subscribed to',
    { type: 'CALL_FINISHED', call: inbound, as: 'callLog' },
    'unrecognised',
    { direction: 'inbound', receivedAt: called },
  ],
  [
    'a call of the business that was accepted',
    { type: 'CALL_ESTABLISHED', call: { ...outbound, answerTime: accepted } },
    'call',
    { direction: 'outbound', receivedAt: accepted },
  ],
  [
    'one without any time but the event’s',
    { type: 'CALL_ESTABLISHED', call: outbound },
    'call',
    { direction: 'outbound', receivedAt: '2026-11-30T13:01:00.000Z' },
  ],
  [
    'the end of a call of the business that was accepted',
    { type: 'CALL_FINISHED', call: { ...outbound, answerTime: accepted, state: 'FINISHED' }, as: 'callLog' },
    'unrecognised',
    { direction: 'outbound', receivedAt: accepted },
  ],
  [
    'an end that tells neither way',
    { type: 'CALL_FINISHED', call: { ...outbound, startTime: undefined }, as: 'callLog' },
    'unrecognised',
    { direction: 'outbound', isSure: false },
  ],
  [
    'an end that tells how long it was, and not when it was accepted',
    { type: 'CALL_FINISHED', call: { ...outbound, duration: 12 }, as: 'callLog' },
    'unrecognised',
    { direction: 'outbound', isSure: false },
  ],
  [
    'established without a direction: by whom it was begun tells the other side',
    { type: 'CALL_ESTABLISHED', call: { ...outbound, direction: undefined } },
    'call',
    { direction: 'outbound', receivedAt: '2026-11-30T13:01:00.000Z' },
  ],
  ['a call of the business that rings', { type: 'CALL_RINGING', call: outbound }, undefined, undefined],
  ['one that nobody accepted', { type: 'CALL_FAILED', call: outbound, as: 'callLog' }, undefined, undefined],
  ['its end', { type: 'CALL_FINISHED', call: { ...outbound, duration: 0 } }, undefined, undefined],
  [
    'a call over the telephone',
    { type: 'CALL_ESTABLISHED', call: { ...outbound, endpoint: { type: 'PHONE', phoneNumber: customer } } },
    undefined,
    undefined,
  ],
  ['what is no call', { type: 'PARTICIPANT_JOINED', call: inbound }, undefined, undefined],
])('%s', (_what, told, kind, call) => {
  const value = read(told)
  expect(value?.kind).toBe(kind)
  const shown = value?.kind === 'call' || value?.kind === 'unrecognised' ? value.call : undefined
  if (call === undefined) expect(shown).toBeUndefined()
  else expect(shown).toMatchObject({ callId: 'c1', customer, business, isSure: true, ...call })
})
