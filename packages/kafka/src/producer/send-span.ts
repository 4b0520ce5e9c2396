import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { headerOf } from '../headers.ts'
import { kafkaTracer, messagingAttributes } from '../instruments.ts'
import type { OutgoingRecord, PublishResult } from '../records.ts'

export interface SendSpan {
  /** W3C headers to be added to the record; none where the caller already set them. */
  headers: Readonly<Record<string, string>> | undefined
  readonly end: (result: PublishResult) => void
}

const NOTHING: SendSpan = { headers: undefined, end: () => {} }

/**
 * Starts the PRODUCER span of one record, which covers its waiting, its sending and the ack. Without a tracer that
 * records, the parent's context is passed on as it is and nothing else happens.
 */
export function startSendSpan(record: OutgoingRecord, clientId: string): SendSpan {
  const given = headerOf(record, 'traceparent')
  const parent = given === undefined ? (record.context ?? context.active()) : contextOf(record, given)
  const span = kafkaTracer().startSpan(
    `send ${record.topic}`,
    {
      kind: SpanKind.PRODUCER,
      links: record.links === undefined ? [] : [...record.links],
      attributes: attributesOf(record.topic, clientId),
    },
    parent,
  )
  if (!span.isRecording() && !hasTrace(parent)) return NOTHING
  // A creation context that the caller set stays: the conventions forbid to overwrite it.
  const headers: Record<string, string> = {}
  if (given === undefined) propagation.inject(trace.setSpan(parent, span), headers)
  return { headers, end: span.isRecording() ? (result) => endSpan(span, record, result) : NOTHING.end }
}

function hasTrace(parent: Context): boolean {
  const known = trace.getSpanContext(parent)
  return known !== undefined && isSpanContextValid(known)
}

const attributes = new Map<string, Map<string, Attributes>>()

/** Kept by topic and client, which are few: most spans are of a tracer that records nothing, and are to cost nothing. */
function attributesOf(topic: string, clientId: string): Attributes {
  const byTopic = attributes.get(clientId) ?? new Map<string, Attributes>()
  const known = byTopic.get(topic)
  if (known !== undefined) return known
  const made = { ...messagingAttributes('send', topic), 'messaging.client.id': clientId }
  attributes.set(clientId, byTopic.set(topic, made))
  return made
}

function contextOf(record: OutgoingRecord, traceparent: string | Buffer): Context {
  const tracestate = headerOf(record, 'tracestate')
  return propagation.extract(record.context ?? context.active(), {
    traceparent: traceparent.toString(),
    ...(tracestate === undefined ? {} : { tracestate: tracestate.toString() }),
  })
}

function endSpan(span: Span, record: OutgoingRecord, result: PublishResult): void {
  if (record.value === null) span.setAttribute('messaging.kafka.message.tombstone', true)
  switch (result.kind) {
    case 'stored':
      span.setAttribute('messaging.destination.partition.id', String(result.partition))
      if (result.offset !== undefined) span.setAttribute('messaging.kafka.offset', Number(result.offset))
      break
    case 'refused':
    case 'unknown':
      span.setAttribute('error.type', result.reason)
      span.setStatus({ code: SpanStatusCode.ERROR, message: result.detail })
      break
  }
  span.end()
}
