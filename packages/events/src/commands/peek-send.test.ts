import { describe, expect, it } from 'vitest'
import { parseCommand } from './parse-command.ts'
import { peekSend } from './peek-send.ts'

const send = {
  tenant: 'acme',
  from: '447700900123',
  to: '351910000042',
  content: { type: 'text', text: 'hi' },
}

function record(value: unknown, headers: Record<string, string> = {}) {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return { topic: 'imchannel.outbound', partition: 0, offset: '7', key: null, value: bytes, headers }
}

describe('peekSend', () => {
  it.each<[string, unknown, Record<string, string>]>([
    ['a bare value', send, {}],
    ['a type in the value', { ...send, type: 'imchannel.message.send' }, {}],
    ['a type in a header', { ...send, type: 'else' }, { CE_Type: 'imchannel.message.send.v1' }],
    ['numbers with signs and spaces', { ...send, from: '+44 7700 900123', to: ' 00351 910-000-042' }, {}],
    ['a BSUID', { ...send, to: 'PT.abc' }, {}],
    ['a byte order mark', `\ufeff${JSON.stringify(send)}`, {}],
    ['nulls beside', { ...send, type: undefined, callbackData: null }, {}],
    [
      'a structured CloudEvent',
      { specversion: '1.0', id: 'a', source: 'b', type: 'imchannel.message.send.v1', data: send },
      {},
    ],
  ])('finds what parseCommand finds: %s', (_, value, headers) => {
    const reading = parseCommand(record(value, headers))
    if (reading.outcome !== 'command' || reading.command.type !== 'imchannel.message.send.v1')
      throw new Error('no send')
    const { tenant, from, to } = reading.command
    expect(peekSend(record(value, headers))).toEqual({ tenant, from, to })
  })

  it('finds the class that is named, and none where it is none', () => {
    expect(peekSend(record({ ...send, class: 'bulk' }))).toMatchObject({ class: 'bulk' })
    const large = { ...send, class: 'reply', content: { type: 'text', text: ' '.repeat(1_000_000) } }
    expect(peekSend(record(large))).toMatchObject({ class: 'reply' })
    expect(peekSend(record({ ...send, class: 'urgent' }))).not.toHaveProperty('class')
  })

  it.each<[string, unknown, Record<string, string>]>([
    ['what is not JSON', '{', {}],
    ['no object', [send], {}],
    ['another kind', { ...send, type: 'imchannel.typing.start.v1' }, {}],
    ['another kind in a header', send, { ce_type: 'imchannel.message.read.v1' }],
    ['another version', { ...send, type: 'imchannel.message.send.v2' }, {}],
    ['a type that is no text', { ...send, type: 5 }, {}],
    ['nobody that it is for', { ...send, to: null }, {}],
    ['a tenant that is no text', { ...send, tenant: 5 }, {}],
  ])('leaves to parseCommand: %s', (_, value, headers) => {
    expect(peekSend(record(value, headers))).toBeUndefined()
  })

  it('leaves a record without a value to parseCommand', () => {
    expect(peekSend({ ...record(send), value: null })).toBeUndefined()
  })
})
