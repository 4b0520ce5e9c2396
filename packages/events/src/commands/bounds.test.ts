import { describe, expect, test } from 'vitest'
import { jsonSchemas, type JsonSchema } from '../../scripts/json-schemas.ts'
import { commandTypes } from './commands.ts'
import { MAX_TOKENS, parseCommand, sketchSubject } from './parse-command.ts'
import { peekSend } from './peek-send.ts'

const send = { id: 'c-1', tenant: 'acme', from: '447700900123', to: '351910000042' }

function record(value: string, headers: Record<string, string> = {}) {
  return { topic: 'imchannel.outbound', partition: 3, offset: '42', key: null, value: Buffer.from(value), headers }
}

/** The head of a command, whose content has an array of so many ones. */
function bomb(bytes: number, content: object = { type: 'contacts' }, name = 'contacts'): string {
  const head = `${JSON.stringify({ ...send, content }).slice(0, -2)},"${name}":[`
  return `${head}${'1,'.repeat(Math.floor((bytes - head.length) / 2))}1]}}`
}

/** Where a schema has texts and lists without an end. */
function unbounded(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((one, place) => unbounded(one, `${path}(${place})`))
  if (typeof schema !== 'object' || schema === null) return []
  // `as`: any object inside a JSON schema is read by these names alone.
  const {
    type,
    maxLength,
    maxItems,
    enum: values,
    const: only,
    propertyNames: _names,
    ...inside
  } = schema as JsonSchema
  const isEndless =
    (type === 'string' && maxLength === undefined && values === undefined && only === undefined) ||
    (type === 'array' && maxItems === undefined)
  return [
    ...(isEndless ? [path] : []),
    ...Object.entries(inside).flatMap(([name, one]) => unbounded(one, `${path}.${name}`)),
  ]
}

describe('what a command may cost', () => {
  test.each(commandTypes)('%s: no text and no list is without an end', (type) => {
    expect(unbounded(jsonSchemas().get(type), '')).toEqual([])
  })

  test('a list without an end would be found', () => {
    expect(unbounded({ properties: { a: { type: 'array', items: { type: 'string' } } } }, '')).toHaveLength(2)
  })

  test.each<[string, string, Record<string, string>?]>([
    ['contacts', bomb(3_000_000)],
    ['buttons', bomb(8_000_000, { type: 'buttons', body: 'x' }, 'buttons')],
    ['a native body', bomb(100_000, { type: 'native', api: 'omni', body: {} }, 'more')],
    [
      'members',
      `${JSON.stringify(send).slice(0, -1)},${Array.from({ length: 20_000 }, (_, i) => `"x${i}":1`).join()}}`,
    ],
    ['depth', `${JSON.stringify(send).slice(0, -1)},"content":${'['.repeat(4_000_000)}`],
    [
      'an envelope',
      JSON.stringify({ specversion: '1.0', type: 'imchannel.message.send.v1', data: 0 }).replace(
        '0}',
        `${bomb(50_000)}}`,
      ),
    ],
    ['an envelope by its content type', `{"data":${bomb(50_000)}}`, { 'content-type': 'application/cloudevents+json' }],
    [
      'base64',
      JSON.stringify({ specversion: '1.0', type: 'a', data_base64: Buffer.from(bomb(50_000)).toString('base64') }),
    ],
  ])('too many tokens are refused unread, under the command’s own id: %s', (_name, value, headers = {}) => {
    const reading = parseCommand(record(value, headers))
    expect(reading).toMatchObject({
      outcome: 'rejected',
      subject: { commandId: 'c-1', tenant: 'acme', from: send.from, to: send.to },
      error: { code: 'invalid_command', reason: expect.stringContaining(`more than the ${MAX_TOKENS}`) },
    })
  })

  test.each([0x00, 0x22, 0x2c, 0x7b, 0x5c])('a schema registry’s prefix with the byte %i in it hides none', (byte) => {
    const value = Buffer.concat([Buffer.from([0, 0, 0, 0, byte]), Buffer.from(bomb(100_000))])
    expect(parseCommand({ ...record(''), value })).toMatchObject({ outcome: 'rejected', subject: { commandId: 'c-1' } })
  })

  test('where nobody is named, nobody is told', () => {
    expect(parseCommand(record(`[${'1,'.repeat(20_000)}1]`)).outcome).toBe('unreadable')
    expect(parseCommand(record(','.repeat(20_000))).outcome).toBe('unreadable')
  })

  test('text is no token, whatever stands in it', () => {
    const caption = '[{,:"\\'.repeat(5_000)
    expect(parseCommand(record(JSON.stringify({ ...send, callbackData: caption })))).toMatchObject({
      error: { reason: expect.stringContaining('content:') },
    })
  })

  test('a reason tells ten mistakes, and no more than 1,024 characters', () => {
    const rows = Array.from({ length: 90 }, () => ({ id: '', title: '' }))
    const content = { type: 'list', body: 'b', button: 'b', sections: [{ rows }] }
    const reading = parseCommand(record(JSON.stringify({ ...send, content })))
    if (reading.outcome !== 'rejected') throw new Error(reading.outcome)
    expect(reading.error.reason.split('; ')).toHaveLength(11)
    expect(reading.error.reason).toMatch(/; and 170 more$/)
    const long = parseCommand(
      record(JSON.stringify({ ...send, content: { type: 'text', text: 'a', ['x'.repeat(5_000)]: 1 } })),
    )
    if (long.outcome !== 'rejected') throw new Error(long.outcome)
    expect(long.error.reason).toHaveLength(1_024)
  })

  test('a refused command says no more of itself than a good one may', () => {
    const reading = parseCommand(
      record(JSON.stringify({ ...send, type: 'k'.repeat(5_000), from: '1'.repeat(5_000), to: '2'.repeat(5_000) })),
    )
    if (reading.outcome !== 'rejected') throw new Error(reading.outcome)
    expect(reading.subject).toMatchObject({ from: undefined, to: undefined, kind: 'k'.repeat(128) })
  })
})

describe('a command that is not read whole', () => {
  const long = { ...send, content: { type: 'text', text: 'x'.repeat(20_000) } }

  test.each<[string, unknown]>([
    ['a bare value', long],
    ['its texts escaped', `{"\\u0069d":"c-1",${JSON.stringify(long).slice(1)}`],
    ['the last of two', `{"to":"0",${JSON.stringify(long).slice(1)}`],
    ['members of the same names deeper', { content: { ...long.content, more: { id: 'x', to: 'y' } }, ...send }],
    ['an envelope', { specversion: '1.0', id: 'other', type: 'imchannel.message.send', data: long }],
  ])('is found to be whose it is: %s', (_name, value) => {
    const one = record(typeof value === 'string' ? value : JSON.stringify(value))
    expect(sketchSubject(one)).toEqual({ commandId: 'c-1', tenant: 'acme', from: send.from, to: send.to })
    expect(peekSend(one)).toEqual({ tenant: 'acme', from: send.from, to: send.to })
  })
})
