import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { decodeEvent, eventTypes, type EventRecord } from '@imchannel/events'
import { webhookKinds } from '@imchannel/infobip'
import { describe, expect, test } from 'vitest'
import { corpus } from '../../../../packages/infobip/test/corpus.ts'
import { eventOf, recordsOf } from './read.ts'

const folder = new URL('../../../../packages/events/golden/events/', import.meta.url)

// Two messages of the corpus were sent by this system.
const known = {
  sends: new Map([
    ['9a6b7c1d-0000-5000-8000-000000000001', { commandId: 'cmd-text', from: '447700900123', to: '351910000042' }],
    ['9a6b7c1d-0000-5000-8000-000000000002', { commandId: 'cmd-image', from: '447700900123', to: '351910000042' }],
  ]),
  mediaUrl: ({ url }: { url: string }) =>
    url.startsWith('https://abc123.api.infobip.com/')
      ? `https://chat.example.com/acme/imchannel/inboundMedia/${url.split('/').at(-1)}`
      : undefined,
}

function recordOf(body: Buffer): EventRecord {
  const [record, ...more] = recordsOf(eventOf(body, known))
  if (record === undefined || more.length > 0) throw new Error('a golden webhook is one record')
  return record
}

// The value stands in the file as it is in Kafka, digits included.
function fileOf({ topic, key, headers, value }: EventRecord): string {
  const envelope = JSON.stringify({ topic, key, headers }, null, 2).slice(0, -2)
  return `${envelope},\n  "value": ${value.toString()}\n}\n`
}

describe('every golden webhook becomes its golden event', () => {
  test.each(corpus.map(({ name, body }) => [name, body] as const))('%s', (name, body) => {
    const made = fileOf(recordOf(body))
    const file = new URL(`${name}.json`, folder)
    if (process.env['UPDATE_GOLDEN'] === '1' && !existsSync(file)) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, made)
    }
    expect(made).toBe(readFileSync(file, 'utf8'))
  })

  test.each(corpus.map(({ name, body }) => [name, body] as const))('%s is read back as it was', (_name, body) => {
    const record = recordOf(body)
    const decoded = decodeEvent({ ...record, key: Buffer.from(record.key), partition: 0, offset: '0' })
    expect(decoded).toMatchObject({
      outcome: 'event',
      event: { type: record.headers['ce_type'], id: record.headers['ce_id'], key: record.key },
    })
  })
})

test('every webhook of the registry becomes the event that it names', () => {
  for (const { test: name, becomes } of webhookKinds) {
    const found = corpus.find((one) => one.name === name)
    const event = eventOf(found?.body ?? '')
    const [type, content] = becomes.split(' · ')
    expect(event.type, name).toBe(`${type}.v1`)
    if (event.type !== 'imchannel.message.received.v1' || content === undefined || content.includes(' ')) continue
    const kinds = [event.data.content, ...(event.data.parts ?? [])].map((one) => one.type)
    expect(kinds, name).toContain(content)
  }
})

test('the golden webhooks give every event that a webhook can give', () => {
  const made = new Set(corpus.map(({ body }) => eventOf(body).type))
  const fromElsewhere = [
    'imchannel.message.accepted.v1',
    'imchannel.message.rejected.v1',
    'imchannel.message.expired.v1',
    'imchannel.media.fetched.v1',
    'imchannel.message.attempted.v1',
    // Of what is known of customers beside the webhook.
    'imchannel.contact.changed.v1',
    'imchannel.consent.recorded.v1',
    'imchannel.contact.recorded.v1',
    // Beside reports, where costs are written down.
    'imchannel.cost.recorded.v1',
    'imchannel.audit.recorded.v1',
  ]
  expect(eventTypes.filter((type) => !made.has(type))).toEqual(fromElsewhere)
})
