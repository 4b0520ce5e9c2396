import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api'
import { kafkaInstruments, kafkaTracer, messagingAttributes } from './instruments.ts'
import type { IncomingRecord } from './records.ts'

const getter: TextMapGetter<IncomingRecord['headers']> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name]?.toString(),
}

/** Runs a handler inside the CONSUMER span of its record, a child of the record's own context, and times it. */
export async function runInProcessSpan<T>(
  record: IncomingRecord,
  groupId: string,
  clientId: string,
  work: () => Promise<T>,
): Promise<T> {
  const attributes = { ...messagingAttributes('process', record.topic), 'messaging.consumer.group.name': groupId }
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
    return await context.with(trace.setSpan(parent, span), work)
  } catch (error) {
    errorType = error instanceof Error ? error.name : 'unknown'
    span.setAttribute('error.type', errorType)
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
    kafkaInstruments().processDuration.record((performance.now() - startedAt) / 1000, {
      ...attributes,
      ...(errorType === undefined ? {} : { 'error.type': errorType }),
    })
  }
}
