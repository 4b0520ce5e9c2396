import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { goldenEvents, type GoldenEvent } from '../scripts/golden.ts'
import { jsonSchemas, type JsonSchema } from '../scripts/json-schemas.ts'
import { schemaBreaks } from '../scripts/schema-breaks.ts'
import { commandTypes, decodeEvent, parseCommand } from '../src/index.ts'

const released = new URL('../released/', import.meta.url)
const current = jsonSchemas()

function read(folder: URL): { name: string; text: string }[] {
  return readdirSync(folder).map((file) => ({
    name: file.replace(/\.json$/, ''),
    text: readFileSync(new URL(file, folder), 'utf8'),
  }))
}

const isCommand = (type: string): boolean => commandTypes.some((one) => one === type)

describe.each(readdirSync(released))('version %s', (version) => {
  const events = read(new URL(`${version}/events/`, released))
  const commands = read(new URL(`${version}/commands/`, released))
  // Written by scripts/release.ts from the schemas of that version.
  const schemas = read(new URL(`${version}/schemas/`, released)).map(
    ({ name, text }) => [name, JSON.parse(text) as JsonSchema] as const,
  )
  const ajv = new Ajv({ strict: false, validateFormats: false })
  const validators = new Map(schemas.map(([type, schema]) => [type, ajv.compile(schema)]))

  test('left events, commands and schemas', () => {
    expect(Math.min(events.length, commands.length, schemas.length)).toBeGreaterThan(0)
  })

  test.each(events.map(({ name, text }) => [name, text]))('its event %s is read', (_name, text) => {
    // Written by tests from encoded records.
    const { topic, key, headers, value } = JSON.parse(text) as GoldenEvent
    const bytes = { key: Buffer.from(key), value: Buffer.from(JSON.stringify(value)) }
    const decoded = decodeEvent({ topic, partition: 0, offset: '0', ...bytes, headers })
    expect(decoded).toMatchObject({
      outcome: 'event',
      event: { type: headers['ce_type'], id: headers['ce_id'], data: value },
    })
  })

  test.each(commands.map(({ name, text }) => [name, text]))('its command %s is accepted', (_name, text) => {
    const record = {
      topic: 'imchannel.outbound',
      partition: 0,
      offset: '0',
      key: null,
      value: Buffer.from(text),
      headers: {},
    }
    expect(parseCommand(record)).toMatchObject({ outcome: 'command' })
  })

  test.each(goldenEvents().map((one) => [one.name, one] as const))(
    'an event %s of now is as its schema says',
    (_name, { headers, value }) => {
      const validate = validators.get(headers['ce_type'] ?? '')
      // A type that it did not have is ignored by its readers.
      if (validate === undefined) return
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
    },
  )

  test.each(schemas)('what it promised of %s still holds', (type, schema) => {
    expect(schemaBreaks(isCommand(type) ? 'commands' : 'events', schema, current.get(type))).toEqual([])
  })
})

test('the first version is among those that are held', () => {
  expect(readdirSync(released)).toContain('0.1.0')
})

describe('a change of a schema', () => {
  const text = { type: 'string' } as const
  const older = {
    type: 'object',
    properties: {
      id: text,
      kind: { enum: ['a', 'b'] },
      content: { oneOf: [{ properties: { type: { const: 'text' } } }] },
    },
    required: ['id'],
  } satisfies JsonSchema
  const newer = (change: JsonSchema): JsonSchema => ({ ...older, ...change })
  const kind = (...values: string[]) => ({ properties: { ...older.properties, kind: { enum: values } } })

  test.each<[string, 'events' | 'commands', JsonSchema, string[]]>([
    ['a new optional field', 'events', { properties: { ...older.properties, more: text } }, []],
    ['a field that is gone', 'events', { properties: { id: text } }, ['.kind: is gone', '.content: is gone']],
    ['a field that may be absent', 'events', { required: [] }, ['.id: may be absent now']],
    ['a field that may be absent', 'commands', { required: [] }, []],
    ['a field that is demanded', 'commands', { required: ['id', 'kind'] }, ['.kind: is required now']],
    ['a new value', 'events', kind('a', 'b', 'c'), ['.kind: "c" is new to readers']],
    ['a new value', 'commands', kind('a', 'b', 'c'), []],
    ['a value less', 'commands', kind('a'), ['.kind: "b" is no longer accepted']],
    ['another type', 'events', { type: 'array' }, [': changes its type']],
    [
      'a new kind of content',
      'events',
      {
        properties: {
          ...older.properties,
          content: { oneOf: [...older.properties.content.oneOf, { properties: { type: { const: 'new' } } }] },
        },
      },
      ['.content(new): is new to readers'],
    ],
  ])('%s in %s', (_name, of, change, breaks) => {
    expect(schemaBreaks(of, older, newer(change))).toEqual(breaks)
  })
})
