import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { goldenEvents, goldenFolder, readGolden } from '../scripts/golden.ts'
import { jsonSchemas } from '../scripts/json-schemas.ts'
import {
  consentRecordedEvent,
  contactRecordedEvent,
  decodeEvent,
  auditRecordedEvent,
  encodeEvent,
  eventIds,
  eventTypes,
  mediaFetchedEvent,
  messageAccepted,
  messageAttemptedEvent,
  messageExpired,
  messageRejected,
  type ImEvent,
} from '../src/index.ts'

const at = '2026-03-04T05:06:08.000Z'
const subject = {
  commandId: 'cmd-text',
  tenant: 'acme',
  messageId: '7b1e0a52-0000-5000-8000-000000000001',
  from: '447700900123',
  to: '351910000042',
  callbackData: 'order 4711',
}
const status = { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED', description: 'Message accepted' }

/** The events that no webhook gives: from the dispatcher and the media-server. */
const ownEvents: Readonly<Record<string, ImEvent>> = {
  'consent.recorded': consentRecordedEvent('acme:447700900123:351910000042', {
    tenant: 'acme',
    sender: '447700900123',
    from: '351910000042',
    source: 'keyword',
    state: 'optedOut',
    scope: 'marketing',
    since: at,
    evidence: { messageId: 'wamid.HBgM42' },
  }),
  'contact.recorded': contactRecordedEvent(
    {
      tenant: 'acme',
      scope: '447700900123',
      name: 'PT.9000000000000042',
      since: at,
      conversation: { name: '351910000042', since: '2026-03-01T05:06:08.000Z' },
      links: [{ name: '351910000042', since: at }],
      username: { value: 'rui.exemplo', since: at },
    },
    at,
  ),
  'contact.changed': {
    type: 'imchannel.contact.changed.v1',
    id: eventIds.contactChanged('acme', '447700900123', '351910000042', 'PT.9000000000000777'),
    tenant: 'acme',
    key: 'acme:447700900123:351910000042',
    time: at,
    data: {
      tenant: 'acme',
      sender: '447700900123',
      reason: 'new-user-id',
      phone: '351910000042',
      userId: 'PT.9000000000000777',
      previousUserId: 'PT.9000000000000042',
      changedAt: at,
    },
  },
  'outcome.accepted': messageAccepted(subject, { at, status }),
  'outcome.accepted-dry-run': messageAccepted({ ...subject, dryRun: true }, { at }),
  'outcome.rejected': messageRejected(subject, {
    at,
    error: { code: 'invalid_command', reason: 'content.text: is longer than 4096 characters' },
  }),
  'outcome.rejected-by-infobip': messageRejected(subject, {
    at,
    status: {
      groupId: 5,
      groupName: 'REJECTED',
      id: 12,
      name: 'REJECTED_NOT_ENOUGH_CREDITS',
      description: 'Not enough credits',
    },
    error: {
      code: 'infobip_rejected',
      reason: 'Infobip has refused the message: not enough credits.',
      httpStatus: 200,
    },
  }),
  'outcome.expired': messageExpired(subject, {
    at,
    error: { code: 'expired', reason: 'expiresAt passed before the message could be sent' },
  }),
  attempted: messageAttemptedEvent(
    {
      tenant: 'acme',
      commandId: 'cmd-text',
      messageId: subject.messageId,
      from: subject.from,
      to: subject.to,
      account: 'xxxx.api.infobip.com',
      api: 'omni',
      endpoint: 'POST /omni/1/advanced',
      attempt: 1,
      outcome: 'throttled',
      httpStatus: 429,
      retryAfterMs: 1_000,
      durationMs: 41.3,
    },
    at,
  ),
  audit: auditRecordedEvent(
    {
      tenant: 'acme',
      action: 'replay',
      by: 'ana@example.com',
      via: 'console',
      place: 'imchannel.outbound.deadletter/3/17',
      outcome: 'requested',
    },
    { at, actionId: 'action-1' },
  ),
  'media.fetched': mediaFetchedEvent(
    {
      tenant: 'acme',
      mediaId: '3f0e8a52-6a7c-4a60-9e43-0d5d6b1c2f10',
      kind: 'image',
      method: 'GET',
      status: 200,
      bytes: 48_213,
      durationMs: 12.5,
      userAgent: 'ExampleFetcher/1.0',
      commandIds: ['cmd-image'],
    },
    { at, fetchId: 'fetch-1', from: '447700900123', to: '351910000042' },
  ),
}

describe('the golden events of the dispatcher and the media-server', () => {
  test.each(Object.entries(ownEvents))('%s is published as it always was', (name, event) => {
    const { topic, key, headers, value } = encodeEvent(event)
    const made = `${JSON.stringify({ topic, key, headers, value: JSON.parse(value.toString()) as unknown }, null, 2)}\n`
    const file = new URL(`events/${name}.json`, goldenFolder)
    if (process.env['UPDATE_GOLDEN'] === '1' && !existsSync(file)) writeFileSync(file, made)
    expect(made).toBe(readFileSync(file, 'utf8'))
  })
})

const events = goldenEvents()
const ajv = new Ajv({ strict: false, validateFormats: false })
const validators = new Map([...jsonSchemas()].map(([type, schema]) => [type, ajv.compile(schema)]))

function problems(type: string, value: unknown): unknown {
  const validate = validators.get(type)
  return validate?.(value) === true ? [] : (validate?.errors ?? `no schema is for ${type}`)
}

describe('every golden event', () => {
  test.each(events.map((one) => [one.name, one] as const))('%s is read', (_name, { topic, key, headers, value }) => {
    const decoded = decodeEvent({
      topic,
      partition: 0,
      offset: '0',
      key: Buffer.from(key),
      value: Buffer.from(JSON.stringify(value)),
      headers,
    })
    expect(decoded).toMatchObject({ outcome: 'event', event: { type: headers['ce_type'], id: headers['ce_id'], key } })
  })

  test.each(events.map((one) => [one.name, one] as const))(
    '%s is as its published JSON Schema says',
    (_name, { headers, value }) => {
      expect(problems(headers['ce_type'] ?? '', value)).toEqual([])
    },
  )
})

test('there is a golden event for each type', () => {
  const made = new Set(events.map(({ headers }) => headers['ce_type']))
  expect(eventTypes.filter((type) => !made.has(type))).toEqual([])
})

test('every golden command is as its published JSON Schema says', () => {
  const types: Readonly<Record<string, string>> = {
    read: 'imchannel.message.read.v1',
    typing: 'imchannel.typing.start.v1',
    consent: 'imchannel.consent.set.v1',
  }
  for (const { name, text } of readGolden('commands')) {
    const type = types[name] ?? 'imchannel.message.send.v1'
    expect(problems(type, JSON.parse(text)), name).toEqual([])
  }
})
