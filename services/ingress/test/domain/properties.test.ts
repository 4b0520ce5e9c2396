import { decodeEvent } from '@imchannel/events'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpus } from '../../../../packages/infobip/test/corpus.ts'
import { contextOf, recordsOf } from './read.ts'
import { readWebhook } from '../../src/domain/read-webhook.ts'
import { toEvents } from '../../src/domain/to-events.ts'

const wellKnownNames = [
  'results',
  'messageId',
  'from',
  'to',
  'message',
  'type',
  'text',
  'status',
  'groupId',
  'seenAt',
  'event',
  'content',
  'contact',
  'userId',
  '__proto__',
  'constructor',
  'price',
  'pricePerMessage',
  'receivedAt',
  'url',
  'contacts',
  'change',
  'messageTemplateId',
  'notificationType',
  'entry',
  'changes',
  'field',
  'value',
  'messageEchoes',
  'id',
  'columns',
  'rows',
  'response',
  'requestId',
  'destination',
]
const wellKnownTexts = [
  'TEXT',
  'IMAGE',
  'CONTACT',
  'ORDER',
  'MO',
  'TYPING_STARTED',
  'CLICKED',
  'payment',
  'user_identity_changed',
  'PT.1a2B3c',
  'PT.ENT.1a2B3c',
  'smb_message_echoes',
  'BLOCK',
  '+351 910',
  '\ud800',
  '0.000000',
  '',
]

// JSON that is likely to look like a webhook, as arbitrary JSON never does.
const { value: webhookLike } = fc.letrec<{ value: unknown; object: unknown; list: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...wellKnownTexts),
    fc.constantFrom(null, true, 0, -0, 1.5, 2 ** 60),
    tie('object'),
    tie('list'),
  ),
  object: fc.dictionary(fc.constantFrom(...wellKnownNames), tie('value'), { maxKeys: 6 }),
  list: fc.array(tie('value'), { maxLength: 3 }),
}))

function check(body: string): void {
  const reading = readWebhook(Buffer.from(body))
  if (reading.outcome !== 'read') throw new Error(reading.outcome)
  const given = (JSON.parse(body) as { results?: unknown } | null)?.results
  const { planned } = toEvents(reading.webhook, contextOf({ mediaUrl: ({ url }) => url }))
  // A report may say something of consent, too; WhatsApp's envelope and usage reports hold several things without `results`.
  expect(planned.length).toBeGreaterThanOrEqual(Array.isArray(given) ? given.length : 1)
  for (const { event } of planned) {
    for (const record of recordsOf(event)) {
      const decoded = decodeEvent({ ...record, key: Buffer.from(record.key), partition: 0, offset: '0' })
      expect(decoded.outcome === 'event' ? '' : decoded, record.value.toString()).toBe('')
      expect(record.headers['ce_time']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
      for (const text of [record.key, ...Object.values(record.headers)]) expect(text.isWellFormed()).toBe(true)
    }
  }
}

describe('for any JSON body the events and the unrecognised add up, and each is as its schema says', () => {
  test('arbitrary JSON', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue({ stringUnit: 'binary' }),
          fc.array(fc.jsonValue()).map((results) => ({ results })),
        ),
        (value) => check(JSON.stringify(value)),
      ),
    )
  })

  test('JSON that looks like a webhook', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          webhookLike,
          fc.array(webhookLike).map((results) => ({ results })),
        ),
        (value) => check(JSON.stringify(value)),
      ),
      { numRuns: 1000 },
    )
  })

  test('golden webhooks with any value anywhere', () => {
    const paths = corpus.flatMap(({ body }) =>
      pathsOf(JSON.parse(body.toString())).map((path) => [body.toString(), path] as const),
    )
    fc.assert(
      fc.property(fc.constantFrom(...paths), webhookLike, ([body, path], value) =>
        check(JSON.stringify(replaceAt(JSON.parse(body), path, value))),
      ),
      { numRuns: 1000 },
    )
  })
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
