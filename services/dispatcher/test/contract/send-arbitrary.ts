import { commandContents } from '@imchannel/events'
import type { CommandContent, SendMessage } from '@imchannel/events'
import { anyCharacter } from '@imchannel/testkit/any-character'
import * as fc from 'fast-check'
import { z } from 'zod'
import { goldenSend } from './golden-commands.ts'

type Schema = Record<string, unknown>

const url = fc
  .webUrl({ validSchemes: ['https', 'http'], withQueryParameters: true })
  .filter((text) => text.length <= 2048)
/** Payments are Infobip's own JSON: valid ones, by what the kind of message takes. */
const payments = {
  details: {
    type: 'UPI_PAYU',
    id: 'p-1',
    productDescription: 'Tea',
    customerFirstName: 'Tea',
    customerEmail: 't@example.com',
  },
  templateDetails: { type: 'BRAZIL_PIX_DC', id: 'p', code: 'c', merchantName: 'm', key: 'k', keyType: 'EMAIL' },
  status: { type: 'UPI_PAYU', id: 'p-1' },
}

/** Fields whose values the schema leaves to Infobip, by name. */
const named: Record<string, () => fc.Arbitrary<unknown>> = {
  url: () => url,
  type: () => fc.constantFrom('HOME', 'WORK'),
  expiresAt: () =>
    fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  data: () => fc.dictionary(fc.string(), fc.jsonValue()),
  importerAddress: () => fc.constant({ city: 'Zagreb' }),
}

/** Commands of one kind, drawn from its own schema: every kind that is added is drawn from the day it exists. */
export function sendOf(kind: Exclude<CommandContent['type'], 'native'>): fc.Arbitrary<SendMessage> {
  const schema = z.toJSONSchema(commandContents[kind], { io: 'input' })
  return (
    fc
      .record(
        {
          content: draw(schema, kind),
          replyTo: fc.record({ messageId: fc.string({ minLength: 1 }) }),
          callbackData: fc.string({ unit: anyCharacter, maxLength: 50 }),
          expiresAt: fc
            .date({ min: new Date('2026-01-01'), max: new Date('2026-02-01'), noInvalidDate: true })
            .map((date) => date.toISOString()),
          to: fc.constantFrom('39123456789', 'IN.abc123'),
        },
        { requiredKeys: ['content'] },
      )
      // Drawn from the schema itself, the content is of its type.
      .map(({ content, ...more }) => goldenSend({ content: content as CommandContent, more }))
  )
}

function draw(schema: Schema, kind: string, name = ''): fc.Arbitrary<unknown> {
  const special = schema.const === undefined && schema.enum === undefined ? named[name] : undefined
  if (special !== undefined) return special()
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]))
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => draw(choice, kind, name)))
  switch (schema.type) {
    case 'string':
      return drawString(schema)
    case 'number':
      return fc.double({ min: Number(schema.minimum), max: Number(schema.maximum), noNaN: true })
    case 'integer':
      return fc.integer({
        min: Math.max(Number(schema.minimum), -1000),
        max: Math.min(Number(schema.maximum), 100_000),
      })
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(draw(schema.items as Schema, kind), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Math.min(Number(schema.maxItems ?? 3), Math.max(Number(schema.minItems ?? 0), 3)),
      })
    case 'object':
      return drawObject(schema, kind)
    default:
      return fc.jsonValue()
  }
}

function drawString({ minLength = 0, maxLength = 40, contentEncoding, format }: Schema): fc.Arbitrary<string> {
  if (contentEncoding === 'base64' || format === 'base64') return fc.base64String({ minLength: 4 })
  const [least, most] = [Number(minLength), Number(maxLength)]
  const short = fc.string({ unit: anyCharacter, minLength: least, maxLength: Math.min(most, 40) })
  // At the very limit, by one count of characters and by the other.
  const full = fc.constantFrom('x', 'é', '\u{1F600}').map((character) => character.repeat(most))
  return most > 5000 ? short : fc.oneof({ weight: 4, arbitrary: short }, { weight: 1, arbitrary: full })
}

function drawObject(schema: Schema, kind: string): fc.Arbitrary<unknown> {
  const { properties, required = [] } = schema as { properties?: Record<string, Schema>; required?: string[] }
  if (properties === undefined) return fc.dictionary(fc.string(), fc.jsonValue())
  const payment = fc.constant(
    'total' in properties ? (kind === 'template' ? payments.templateDetails : payments.details) : payments.status,
  )
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, name === 'payment' ? payment : draw(field, kind, name)]),
  )
  return fc
    .record(fields, { requiredKeys: required })
    .map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)))
}
