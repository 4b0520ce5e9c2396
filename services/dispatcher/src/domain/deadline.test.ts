import { describe, expect, it } from 'vitest'
import type { SendMessage, StartTyping } from '@imchannel/events'
import { deadlineOf } from './deadline.ts'

const written = Date.parse('2025-02-27T12:00:00Z')
const day = 24 * 3_600_000
const send: SendMessage = {
  type: 'imchannel.message.send.v1',
  id: 'x',
  tenant: 'acme',
  from: '1',
  to: '2',
  content: { type: 'text', text: 'x' },
}
const typing: StartTyping = { type: 'imchannel.typing.start.v1', id: 'x', tenant: 'acme', from: '1', to: '2' }

describe('the deadline of a command', () => {
  it.each([
    ['counts from its record', send, written + day],
    ['counts from sendAt where that is later', { ...send, sendAt: '2025-03-01T12:00:00Z' }, written + 3 * day],
    ['counts from its record where sendAt has passed', { ...send, sendAt: '2025-01-01T00:00:00Z' }, written + day],
    ['is its own where that is earlier', { ...send, expiresAt: '2025-02-27T13:00:00Z' }, written + 3_600_000],
    ['is by age where its own is later', { ...send, expiresAt: '2025-03-27T13:00:00Z' }, written + day],
    ['is a minute for an indicator', typing, written + 60_000],
  ])('%s', (_note, command, at) => {
    expect(deadlineOf(command, written, day).at).toBe(at)
  })
})
