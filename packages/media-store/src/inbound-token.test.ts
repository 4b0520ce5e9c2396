import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { readInboundToken, signInboundToken } from './inbound-token.ts'

const claim = {
  sender: '447860099299',
  url: 'https://x.api.infobip.com/whatsapp/1/senders/447860099299/media/1',
  expiresAt: 2_000_000_000,
}
const before = { nowMs: 1_999_999_999_000 }

test('a token is its payload and the HMAC over tenant and payload', () => {
  const token = signInboundToken('acme', claim, 'first')
  const [payload = '', mac] = token.split('.')
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
    s: claim.sender,
    u: claim.url,
    e: claim.expiresAt,
  })
  expect(mac).toBe(createHmac('sha256', 'first').update(`acme.${payload}`).digest('base64url'))
})

test('any of the secrets verifies', () => {
  const token = signInboundToken('acme', claim, 'old')
  expect(readInboundToken('acme', token, { secrets: ['new', 'old'], ...before })).toEqual({ outcome: 'valid', claim })
})

test.each([
  ['of another tenant', signInboundToken('other', claim, 'first')],
  ['by another secret', signInboundToken('acme', claim, 'second')],
  ['without a signature', signInboundToken('acme', claim, 'first').split('.')[0] ?? ''],
  ['with half a signature', signInboundToken('acme', claim, 'first').slice(0, -10)],
])('a token %s is forged', (_, token) => {
  expect(readInboundToken('acme', token, { secrets: ['first'], ...before })).toEqual({ outcome: 'forged', claim })
})

test('without secrets every token is forged', () => {
  const token = signInboundToken('acme', claim, '')
  expect(readInboundToken('acme', token, { secrets: [], ...before }).outcome).toBe('forged')
})

test('a token is expired from its time on', () => {
  const token = signInboundToken('acme', claim, 'first')
  expect(readInboundToken('acme', token, { secrets: ['first'], nowMs: 2_000_000_000_000 })).toEqual({
    outcome: 'expired',
    claim,
  })
})

test.each(['', '.', 'x', 'bnVsbA.x', `${Buffer.from('{"s":1}').toString('base64url')}.x`])(
  '%j is no token',
  (token) => {
    expect(readInboundToken('acme', token, { secrets: ['first'], ...before })).toEqual({ outcome: 'unreadable' })
  },
)
