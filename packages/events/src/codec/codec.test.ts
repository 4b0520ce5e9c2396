import { context, propagation, trace, type SpanContext, type TextMapPropagator } from '@opentelemetry/api'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImEvent } from '../events/im-event.ts'
import { topics } from '../topics.ts'
import { decodeEvent } from './decode-event.ts'
import { encodeEvent } from './encode-event.ts'
import type { EventRecord, ReadableRecord } from './event-record.ts'
import { extractTrace, injectTrace } from './trace-headers.ts'

const event: ImEvent = {
  type: 'imchannel.message.received.v1',
  id: '818a55d3-a8b0-557b-bfb8-f80324cb1634',
  tenant: 'acme',
  key: 'acme:447700900123:351910000042',
  time: '2026-03-04T05:06:07.000Z',
  subject: 'wamid.1',
  data: {
    tenant: 'acme',
    channel: 'WHATSAPP',
    messageId: 'wamid.1',
    from: '351910000042',
    to: '447700900123',
    receivedAt: '2026-03-04T05:06:07.000Z',
    content: { type: 'text', text: 'Olá 👋🏽 "\\' },
  },
  verbatim: { original: '{"price":0.000000,"__proto__":{"a":1}}' },
}

function consumed(record: EventRecord): ReadableRecord {
  const headers = Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, Buffer.from(value)]))
  return { topic: record.topic, partition: 0, offset: '7', key: Buffer.from(record.key), value: record.value, headers }
}

function structured(value: unknown, headers: Record<string, string> = {}): ReadableRecord {
  return {
    topic: 't',
    partition: 0,
    offset: '7',
    key: Buffer.from(event.key),
    value: Buffer.from(JSON.stringify(value)),
    headers,
  }
}

describe('encodeEvent', () => {
  const record = encodeEvent(event, topics('wa'))

  test('writes CloudEvents in binary mode', () => {
    expect(record.topic).toBe('wa.inbound')
    expect(record.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: '/imchannel/acme',
      ce_type: event.type,
      ce_time: event.time,
      ce_subject: 'wamid.1',
      ce_dataschema: 'urn:imchannel:schema:message.received:v1',
      'content-type': 'application/json',
    })
  })

  test('writes verbatim texts byte for byte', () => {
    expect(record.value.toString()).toBe(
      `${JSON.stringify(event.data).slice(0, -1)},"original":{"price":0.000000,"__proto__":{"a":1}}}`,
    )
  })

  test('leaves out the subject where there is none', () => {
    const { subject: _subject, ...rest } = event
    expect(Object.keys(encodeEvent(rest).headers)).not.toContain('ce_subject')
  })
})

describe('decodeEvent', () => {
  test('reads what encodeEvent has written', () => {
    const { verbatim: _verbatim, ...rest } = event
    const decoded = decodeEvent(consumed(encodeEvent(event)))
    expect(decoded).toEqual({
      outcome: 'event',
      event: { ...rest, data: { ...event.data, original: JSON.parse(event.verbatim?.['original'] ?? '') } },
    })
  })

  const attributes = {
    specversion: '1.0',
    id: 'e-1',
    source: '/imchannel/acme',
    type: event.type,
    time: event.time,
    subject: 'wamid.1',
  }

  test.each([
    [
      'told by its content type',
      { ...attributes, data: event.data },
      { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
    ],
    ['told by its shape', { ...attributes, data: event.data }, {}],
    ['with base64', { ...attributes, data_base64: Buffer.from(JSON.stringify(event.data)).toString('base64') }, {}],
  ])('reads the structured mode, %s', (_note, value, headers) => {
    expect(decodeEvent(structured(value, headers))).toMatchObject({
      outcome: 'event',
      event: { id: 'e-1', type: event.type, data: event.data },
    })
  })

  test('keeps fields that this version does not know', () => {
    const value = { ...attributes, data: { ...event.data, ofTomorrow: { a: 1 } } }
    expect(decodeEvent(structured(value))).toMatchObject({ event: { data: { ofTomorrow: { a: 1 } } } })
  })

  test.each(['imchannel.message.received.v2', 'imchannel.message.forwarded.v1'])(
    'names a type of tomorrow: %s',
    (type) => {
      expect(decodeEvent(structured({ ...attributes, type, data: {} }))).toEqual({ outcome: 'unknown', type })
    },
  )

  test.each([
    ['no value', { ...structured({}), value: null }, 'the record has no value'],
    ['no type', structured({ tenant: 'acme' }), 'the record has no ce_type'],
    ['no JSON', { ...structured({}), value: Buffer.from('{') }, 'the value is not JSON (1 bytes)'],
    ['data against its schema', structured({ ...attributes, data: { tenant: 'acme' } }), 'messageId'],
  ])('says why it cannot read a record with %s', (_note, record, reason) => {
    const decoded = decodeEvent(record)
    expect(decoded.outcome).toBe('unreadable')
    expect(decoded.outcome === 'unreadable' && decoded.reason).toContain(reason)
  })

  test('never throws, whatever the bytes and headers', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.dictionary(fc.string(), fc.string()), (bytes, headers) => {
        decodeEvent({ ...structured({}), value: Buffer.from(bytes), headers: { ...headers, ce_type: event.type } })
      }),
    )
  })
})

describe('trace headers', () => {
  const span: SpanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  const w3c: TextMapPropagator = {
    fields: () => ['traceparent'],
    inject: (from, carrier, setter) => {
      const current = trace.getSpanContext(from)
      if (current !== undefined) setter.set(carrier, 'traceparent', `00-${current.traceId}-${current.spanId}-01`)
    },
    extract: (base, carrier, getter) => {
      const [, traceId = '', spanId = ''] = String(getter.get(carrier, 'traceparent') ?? '').split('-')
      return traceId === '' ? base : trace.setSpanContext(base, { traceId, spanId, traceFlags: 1, isRemote: true })
    },
  }

  beforeAll(() => {
    propagation.setGlobalPropagator(w3c)
  })
  afterAll(() => {
    propagation.disable()
  })

  test('carry the context of the span that is given, and nothing where there is none', () => {
    const headers = injectTrace({ a: 'b' }, trace.setSpanContext(context.active(), span))
    expect(headers).toEqual({ a: 'b', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })
    expect(injectTrace({ a: 'b' })).toEqual({ a: 'b' })
  })

  test('give the context back, from buffers as Kafka has them', () => {
    const read = extractTrace({ traceparent: Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01') })
    expect(trace.getSpanContext(read)).toMatchObject({ traceId: span.traceId, spanId: span.spanId, isRemote: true })
  })
})
