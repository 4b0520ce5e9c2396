import { messageIdOf } from '@imchannel/events'
import { describe, expect, test } from 'vitest'
import type { KafkaRecord } from './kafka-record.ts'
import { projectRecord } from './project-record.ts'

function record(
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  key = 'acme:447860099299:351927482662',
): KafkaRecord {
  return {
    topic: 'im.status',
    partition: 3,
    offset: '17',
    timestamp: 1_000,
    key: Buffer.from(key),
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
  }
}

const event = (type: string, data: object, headers = {}) =>
  projectRecord(
    record({ tenant: 'acme', ...data }, { ce_type: `imchannel.${type}.v1`, ce_id: 'e', ...headers }),
    'event',
  )

describe('an event', () => {
  test('is of the conversation that its key names, and of the message that its command has', () => {
    const projected = event('message.accepted', { commandId: 'c-1', messageId: 'another' })
    expect(projected).toMatchObject({
      kind: 'accepted',
      conversation: { business: '447860099299', customer: '351927482662' },
    })
    expect(projected.message).toEqual({ messageId: messageIdOf('acme', 'c-1'), commandId: 'c-1' })
  })

  test('of a dry run is about another message than the send', () => {
    const { message } = event('message.accepted', { commandId: 'c-1', dryRun: true })
    expect(message?.messageId).toBe(messageIdOf('acme', 'c-1\0dry run'))
  })

  test('of another tenant than its key’s is of no conversation', () => {
    expect(event('message.seen', { tenant: 'globex', messageId: 'm' }).conversation).toBeUndefined()
  })

  test.each([
    ['delivered is none', { status: { groupId: 3, name: 'DELIVERED' } }, null, null],
    [
      'rejected by Infobip, by the name of its error',
      { status: { groupId: 5, name: 'REJECTED' }, error: { id: 7010, name: 'NO_SESSION' } },
      'failed',
      'NO_SESSION',
    ],
    [
      'undeliverable, by its status where the error is none',
      { status: { groupId: 2, name: 'UNDELIVERABLE' }, error: { id: 0, name: 'NO_ERROR' } },
      'failed',
      'UNDELIVERABLE',
    ],
  ])('as a problem: %s', (_note, data, problem, code) => {
    expect(event('message.delivery', data)).toMatchObject({ problem, code })
  })

  test('in parts, or in a later revision, is another record of the same id', () => {
    const ids = [{ 'imchannel-part': '1/2' }, { 'imchannel-part': '2/2' }].map(
      (headers) => event('webhook.unrecognised', {}, headers).identity,
    )
    expect(new Set(ids).size).toBe(2)
    expect(event('cost.recorded', { revision: 1 }).identity).not.toBe(event('cost.recorded', { revision: 2 }).identity)
    expect(event('message.seen', {}).identity).toBe(event('message.seen', {}).identity)
  })

  test('of a later version, and what is no event at all, is kept and found by its place', () => {
    expect(event('something.happened', {})).toMatchObject({ kind: 'other', type: 'imchannel.something.happened.v1' })
    expect(projectRecord(record('not JSON', {}, 'k'), 'event')).toMatchObject({
      kind: 'other',
      type: 'unreadable',
      identity: 'im.status/3/17',
      tenant: '-',
    })
  })
})

describe('a command', () => {
  const send = {
    type: 'imchannel.message.send.v1',
    id: 'c-1',
    tenant: 'acme',
    from: '447860099299',
    to: '+351 927 482 662',
    content: { type: 'text', text: 'Hi' },
  }

  test('is of the conversation of its parties, however its key and its numbers are written', () => {
    expect(projectRecord(record(send, {}, 'any'), 'command')).toMatchObject({
      kind: 'command',
      conversation: { business: '447860099299', customer: '351927482662' },
      message: { messageId: messageIdOf('acme', 'c-1'), commandId: 'c-1' },
    })
  })

  test('that was refused is a letter with its code, and its rejection is the problem', () => {
    const headers = { 'imchannel-error-code': 'invalid_command', 'imchannel-error-reason': 'no text' }
    expect(projectRecord(record(send, headers), 'deadletter')).toMatchObject({
      kind: 'deadletter',
      code: 'invalid_command',
      reason: 'no text',
      problem: null,
    })
  })

  test('without an id has that of the place at which it was first, also as a letter', () => {
    const { id: _id, ...anonymous } = send
    const source = {
      'imchannel-source-topic': 'im.outbound',
      'imchannel-source-partition': '2',
      'imchannel-source-offset': '5',
    }
    const first = projectRecord({ ...record(anonymous), topic: 'im.outbound', partition: 2, offset: '5' }, 'command')
    expect(projectRecord(record(anonymous, source), 'deadletter').message).toEqual(first.message)
  })

  test('that cannot be read is kept', () => {
    expect(projectRecord(record('{'), 'command')).toMatchObject({ kind: 'command', type: 'unreadable', tenant: '-' })
  })
})
