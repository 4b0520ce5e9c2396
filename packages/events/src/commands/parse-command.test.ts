import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readGolden } from '../../scripts/golden.ts'
import type { ReadableRecord } from '../codec/event-record.ts'
import { commandContents } from './content.ts'
import { parseCommand } from './parse-command.ts'

const text = {
  id: 'order-4711',
  tenant: 'acme',
  from: '447700900123',
  to: '351910000042',
  content: { type: 'text', text: 'Hello' },
}

function record(value: unknown, headers: Record<string, string> = {}): ReadableRecord {
  const bytes = typeof value === 'string' ? value : JSON.stringify(value)
  return { topic: 'imchannel.outbound', partition: 3, offset: '42', key: null, value: Buffer.from(bytes), headers }
}

function rejection(value: unknown, headers: Record<string, string> = {}) {
  const reading = parseCommand(record(value, headers))
  if (reading.outcome !== 'rejected') throw new Error(reading.outcome)
  return reading
}

describe('the forms of a command', () => {
  test('a bare JSON value is enough', () => {
    expect(parseCommand(record(text))).toEqual({
      outcome: 'command',
      idFrom: 'value',
      command: { ...text, type: 'imchannel.message.send.v1' },
    })
  })

  const { id: _id, ...anonymous } = text

  test('CloudEvents headers say the id and the kind', () => {
    expect(parseCommand(record(anonymous, { ce_id: 'e-1', ce_type: 'imchannel.message.send.v1' }))).toMatchObject({
      idFrom: 'header',
      command: { id: 'e-1' },
    })
  })

  test('a structured CloudEvent is read too', () => {
    const value = { specversion: '1.0', type: 'imchannel.message.send', id: 'e-1', source: '/bot', data: anonymous }
    expect(parseCommand(record(value))).toMatchObject({
      outcome: 'command',
      command: { id: 'e-1', content: text.content },
    })
  })

  test('a structured CloudEvent whose id or type is no text is refused, not called by its place', () => {
    const value = { specversion: '1.0', type: 'imchannel.message.send.v1', source: '/bot', data: anonymous }
    const isString = { code: 'invalid_id', reason: 'id: is a string' }
    for (const id of [5, 9007199254740993n, true, ['e']]) {
      const json = JSON.stringify({ ...value, id: 0 }).replace(
        '"id":0',
        `"id":${typeof id === 'bigint' ? id : JSON.stringify(id)}`,
      )
      expect(parseCommand({ ...record(value), value: Buffer.from(json) }), json).toMatchObject({ error: isString })
    }
    expect(parseCommand(record({ ...value, id: 5 }, { ce_id: 'e-1' }))).toMatchObject({ error: isString })
    expect(parseCommand(record({ ...value, id: 5, data: text }))).toMatchObject({ command: { id: text.id } })
    expect(parseCommand(record({ ...value, id: null }))).toMatchObject({ idFrom: 'position' })
    const headers = { 'content-type': 'application/cloudevents+json' }
    expect(parseCommand(record({ ...value, id: 'e-1', type: 5 }, headers))).toMatchObject({
      error: { code: 'invalid_command', reason: 'type: is a string' },
    })
  })

  test('bytes that are not UTF-8 are no text, and no id', () => {
    const cafe = { ...text, content: { type: 'text', text: 'Café' } }
    expect(parseCommand({ ...record(text), value: Buffer.from(JSON.stringify(cafe), 'latin1') })).toMatchObject({
      outcome: 'unreadable',
      reason: expect.stringContaining('not UTF-8'),
    })
    const headers = { ce_id: Buffer.from('bestellung-Ä1', 'latin1') }
    expect(parseCommand({ ...record(anonymous), headers })).toMatchObject({
      outcome: 'rejected',
      error: { code: 'invalid_id', reason: 'id: the header ce_id is not UTF-8' },
    })
    expect(parseCommand({ ...record(anonymous), headers: { ce_id: Buffer.from('bestellung-Ä1') } })).toMatchObject({
      command: { id: 'bestellung-Ä1' },
    })
  })

  test('without any id the place in Kafka is the id', () => {
    expect(parseCommand(record(anonymous))).toMatchObject({
      idFrom: 'position',
      command: { id: 'imchannel.outbound-3-42' },
    })
    expect(parseCommand(record({ ...text, id: null }))).toMatchObject({ idFrom: 'position' })
  })

  test('the id of the value wins over that of the headers', () => {
    expect(parseCommand(record(text, { ce_id: 'e-1' }))).toMatchObject({ command: { id: 'order-4711' } })
  })

  test.each([
    ['imchannel.message.read.v1', { tenant: 'acme', from: '447700900123', messageId: 'wamid.1' }],
    ['imchannel.message.read', { tenant: 'acme', from: '447700900123', messageId: 'wamid.1' }],
    ['imchannel.typing.start.v1', { tenant: 'acme', from: '447700900123', to: '351910000042' }],
  ])('the kind %s is told by the header or the value', (type, value) => {
    const known = type.endsWith('.v1') ? type : `${type}.v1`
    expect(parseCommand(record({ ...value, type }))).toMatchObject({ outcome: 'command', command: { type: known } })
    expect(parseCommand(record({ ...value, type: 'imchannel.message.send' }, { ce_type: type }))).toMatchObject({
      command: { type: known },
    })
  })

  test('null and absent are the same, numbers are digits, dates are UTC', () => {
    const command = {
      ...text,
      to: '+351 910 000 042',
      from: '00447700900123',
      sendAt: null,
      callbackData: null,
      expiresAt: '2026-03-05T01:00:00+01:00',
    }
    expect(parseCommand(record(command))).toMatchObject({
      command: { to: '351910000042', from: '447700900123', expiresAt: '2026-03-05T00:00:00.000Z' },
    })
  })

  test('a user’s own JSON keeps its nulls', () => {
    const content = { type: 'native', api: 'whatsapp', path: 'interactive/flow', body: { a: null, b: [{ c: null }] } }
    expect(parseCommand(record({ ...text, content }))).toMatchObject({ command: { content } })
  })

  test('a BSUID is a recipient', () => {
    expect(parseCommand(record({ ...text, to: 'PT.1a2B3c4D' }))).toMatchObject({ command: { to: 'PT.1a2B3c4D' } })
  })
})

describe('what is refused', () => {
  test.each([['{'], [''], ['undefined']])('%j is unreadable', (bytes) => {
    expect(parseCommand(record(bytes)).outcome).toBe('unreadable')
  })

  test('a record without a value is unreadable', () => {
    expect(parseCommand({ ...record(''), value: null }).outcome).toBe('unreadable')
  })

  test.each([
    ['a value that is no object', '5', 'invalid_command', 'a command is a JSON object'],
    ['a missing tenant', { ...text, tenant: undefined }, 'invalid_command', 'tenant:'],
    ['a tenant that cannot be', { ...text, tenant: 'ACME/..' }, 'invalid_command', 'tenant:'],
    ['no content', { ...text, content: undefined }, 'invalid_command', 'content:'],
    ['a content that nobody knows', { ...text, content: { type: 'hologram' } }, 'invalid_command', 'content.type:'],
    ['a misspelt field', { ...text, content: { ...text.content, txet: 'x' } }, 'invalid_command', 'txet'],
    [
      'a text too long',
      { ...text, content: { type: 'text', text: 'x'.repeat(4097) } },
      'invalid_command',
      'content.text: is longer than 4096 characters',
    ],
    [
      'two media in one',
      { ...text, content: { type: 'image', media: { id: 'a', url: 'b' } } },
      'invalid_command',
      'content.media: is exactly one of',
    ],
    [
      'a caption where there is none',
      { ...text, content: { type: 'sticker', media: { id: 'a' }, caption: 'x' } },
      'invalid_command',
      'caption',
    ],
    [
      'four buttons',
      {
        ...text,
        content: {
          type: 'buttons',
          body: 'x',
          buttons: Array.from({ length: 4 }, (_, at) => ({ id: `${at}`, title: 'x' })),
        },
      },
      'invalid_command',
      'content.buttons',
    ],
    [
      'an unknown kind',
      { ...text, type: 'imchannel.message.forward.v1' },
      'unknown_command',
      'imchannel.message.send.v1',
    ],
    ['an unknown major', { ...text, type: 'imchannel.message.send.v2' }, 'unsupported_version', 'version 1'],
    ['an id that is a number', { ...text, id: 5 }, 'invalid_id', 'id: is a string'],
    ['an id too long', { ...text, id: 'x'.repeat(257) }, 'invalid_id', '256'],
    ['an id that is no text', { ...text, id: 'a\ud800' }, 'invalid_id', 'surrogate'],
    ['a recipient that is nobody', { ...text, to: 'somebody' }, 'invalid_recipient', 'to:'],
    ['a date that is none', { ...text, expiresAt: 'tomorrow' }, 'invalid_date', 'expiresAt:'],
  ])('%s', (_note, value, code, reason) => {
    const { error } = rejection(value)
    expect(error.code).toBe(code)
    expect(error.reason).toContain(reason)
  })

  test('what could be read of it stays with the refusal', () => {
    expect(rejection({ ...text, content: {}, callbackData: 'cb' }).subject).toEqual({
      commandId: 'order-4711',
      tenant: 'acme',
      from: '447700900123',
      to: '351910000042',
      callbackData: 'cb',
    })
  })

  test('the kind stays with it where it is not a send', () => {
    expect(rejection({ id: 'x', tenant: 'acme' }, { ce_type: 'imchannel.message.read.v1' }).subject).toMatchObject({
      kind: 'imchannel.message.read.v1',
    })
  })

  test('a tenant that cannot be is not repeated as one', () => {
    expect(rejection({ ...text, tenant: '../other' }).subject.tenant).toBeUndefined()
  })

  test('deep nesting is refused by name', () => {
    const deep = `{"id":"d-1","tenant":"acme","content":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(rejection(deep)).toMatchObject({
      subject: { commandId: 'd-1', tenant: 'acme' },
      error: { code: 'invalid_command' },
    })
  })

  test('a text of 4096 emoji, two units each, is not', () => {
    expect(parseCommand(record({ ...text, content: { type: 'text', text: '😀'.repeat(4096) } })).outcome).toBe(
      'command',
    )
  })
})

describe('the golden commands', () => {
  const commands = readGolden('commands')

  test.each(commands.map(({ name, text: bytes }) => [name, bytes] as const))('%s is read', (_name, bytes) => {
    expect(parseCommand(record(bytes))).toMatchObject({ outcome: 'command' })
  })

  test('there is one for each kind of content', () => {
    const names = new Set(commands.map(({ name }) => name))
    expect(Object.keys(commandContents).filter((type) => !names.has(`send.${type}`))).toEqual([])
  })

  test.each(commands.map(({ name, text: bytes }) => [name, bytes] as const))(
    '%s with any value anywhere is a command, refused or unreadable, never thrown at',
    (_name, bytes) => {
      const paths = pathsOf(JSON.parse(bytes))
      fc.assert(
        fc.property(fc.constantFrom(...paths), fc.jsonValue({ stringUnit: 'binary' }), (path, value) => {
          const { outcome } = parseCommand(record(JSON.stringify(replaceAt(JSON.parse(bytes), path, value))))
          expect(['command', 'rejected']).toContain(outcome)
        }),
        { numRuns: 30 },
      )
    },
  )
})

type Path = readonly string[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))]
}

function replaceAt(value: unknown, [name, ...rest]: Path, replacement: unknown): unknown {
  if (name === undefined) return replacement
  if (Array.isArray(value))
    return value.map((one, at) => (String(at) === name ? replaceAt(one, rest, replacement) : one))
  const members = Object.entries(value as object)
  return Object.fromEntries(
    members.map(([key, member]) => [key, key === name ? replaceAt(member, rest, replacement) : member]),
  )
}

describe('numbers in JSON of the user’s own', () => {
  const digits =
    '{"id":9007199254740993,"amount":10.00,"tiny":1e-7,"plain":5,"text":"1.00","list":[12345678901234567890]}'
  const contents = {
    'a native body': `{"type":"native","api":"whatsapp","path":"text","body":${digits}}`,
    'the data of a flow': `{"type":"flow","body":"b","button":"Go","flowId":"1","flowToken":"t","data":${digits}}`,
  }

  test.each(Object.entries(contents))('keep their digits in %s, whichever form the command has', (_where, content) => {
    const { content: _text, ...fields } = text
    const command = `{${JSON.stringify(fields).slice(1, -1)},"content":${content}}`
    const structured = `{"specversion":"1.0","type":"imchannel.message.send.v1","id":"e","source":"/b","data":${command}}`
    for (const value of [command, structured]) {
      const reading = parseCommand(record(value))
      if (reading.outcome !== 'command') return expect(reading).toMatchObject({ outcome: 'command' })
      expect(JSON.stringify(reading.command)).toContain(digits)
    }
  })

  test('are numbers where the contract has a field for one', () => {
    const location = '{"type":"location","latitude":38.700,"longitude":-9.10}'
    const value = JSON.stringify(text).replace(JSON.stringify(text.content), location)
    expect(parseCommand(record(value))).toMatchObject({
      outcome: 'command',
      command: { content: { latitude: 38.7, longitude: -9.1 } },
    })
  })
})
