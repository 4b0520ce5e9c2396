import {
  type Attributes,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api'
import { kafkaInstruments, kafkaTracer, messagingAttributes } from '../instruments.ts'
import type { IncomingRecord } from '../records.ts'

const getter: TextMapGetter<IncomingRecord['headers']> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name]?.toString(),
}

const known = new Map<string, Attributes>()

/** Kept by topic and group, which are few: most spans are of a tracer that records nothing, and are to cost nothing. */
export function processAttributes(topic: string, groupId: string): Attributes {
  const name = `${groupId} ${topic}`
  let attributes = known.get(name)
  if (attributes === undefined) {
    attributes = { ...messagingAttributes('process', topic), 'messaging.consumer.group.name': groupId }
    known.set(name, attributes)
  }
  return attributes
}

/** Runs a handler inside the CONSUMER span of its record, a child of the record's own context, and times it. */
export async function runInProcessSpan<T>(
  record: IncomingRecord,
  groupId: string,
  clientId: string,
  work: () => Promise<T>,
): Promise<T> {
  const attributes = processAttributes(record.topic, groupId)
  const parent = propagation.extract(ROOT_CONTEXT, record.headers, getter)
  const span = kafkaTracer().startSpan(
    `process ${record.topic}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        ...attributes,
        'messaging.client.id': clientId,
        'messaging.destination.partition.id': String(record.partition),
        'messaging.kafka.offset': Number(record.offset),
        ...(record.value === null ? { 'messaging.kafka.message.tombstone': true } : {}),
      },
    },
    parent,
  )
  const startedAt = performance.now()
  let errorType: string | undefined
  try {
    // Without a tracer and without a trace to carry on, a context of its own would hold nothing.
    if (!span.isRecording() && !isSpanContextValid(span.spanContext())) return await work()
    return await context.with(trace.setSpan(parent, span), work)
  } catch (error) {
    errorType = error instanceof Error ? error.name : 'unknown'
    span.setAttribute('error.type', errorType)
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
    kafkaInstruments().processDuration.record(
      (performance.now() - startedAt) / 1000,
      errorType === undefined ? attributes : { ...attributes, 'error.type': errorType },
    )
  }
}
