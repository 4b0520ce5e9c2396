import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { commandTypes, eventTypes } from '../src/index.ts'

interface Document {
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>
  operations: Record<string, { channel: { $ref: string } }>
  components: {
    messages: Record<string, { payload: { $ref: string }; examples: unknown[] }>
    schemas: Record<string, object>
  }
}

// The file is generated, and the first test holds it to AsyncAPI's own schema.
const document = JSON.parse(readFileSync(new URL('../generated/asyncapi.json', import.meta.url), 'utf8')) as Document

describe('the AsyncAPI document', () => {
  test('is valid under AsyncAPI 3.0.0', () => {
    const specification: unknown = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json')
    const validate = new Ajv({ strict: false, validateFormats: false, validateSchema: false, meta: false }).compile(
      specification as object,
    )
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true)
  })

  test('has every event and command in one channel, with an example', () => {
    const listed = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages))
    expect(listed.toSorted()).toEqual(
      [...eventTypes, ...commandTypes, 'dead-letter', 'parked-command', 'template-record', 'budget-record'].toSorted(),
    )
    for (const [type, { examples }] of Object.entries(document.components.messages))
      expect(examples, type).not.toEqual([])
  })

  test('has the topics in which commands stand that were not sent, with the headers that say why', () => {
    expect(document.channels).toHaveProperty(['imchannel.outbound.deadletter', 'messages', 'dead-letter'])
    expect(document.channels).toHaveProperty(['imchannel.outbound.parked.{tenant}', 'messages', 'parked-command'])
    const { 'dead-letter': letter, 'parked-command': parked } = document.components.messages
    expect(letter).toHaveProperty('headers.properties.imchannel-error-code')
    expect(parked).toHaveProperty('headers.properties.imchannel-source-offset')
  })

  test('has no reference that leads nowhere', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)
    for (const [, path = ''] of references) {
      const found = path
        .split('/')
        .reduce<unknown>(
          (at, name) =>
            typeof at === 'object' && at !== null ? Object.entries(at).find(([key]) => key === name)?.[1] : undefined,
          document,
        )
      expect(found, path).toBeDefined()
    }
  })
})
