import { type Link, ROOT_CONTEXT, trace, type Span } from '@opentelemetry/api'
import { headerOf, type OutgoingRecord } from '@imchannel/kafka'
import { spanContextFrom } from '@imchannel/telemetry'
import { chunkSize, createPace } from './pace.ts'
import { count } from './read-values.ts'
import type { Session } from './session.ts'

export interface Written {
  stored: number
  /** By what Kafka said. */
  failed: Map<string, number>
}

export interface WriteOptions<T> {
  readonly perSecond: number
  /** For progress. */
  readonly total: number
  /** Names the span that every record is linked to, and that links back to the traces of the first hundred. */
  readonly span: string
  /** Makes the records of a chunk, in order; leaves out what is not to be written after all. */
  readonly prepare: (chunk: readonly T[]) => Promise<OutgoingRecord[]>
}

/** A trace of more links than that is no story any more. */
const MAX_BACK_LINKS = 100

/** Writes in order and at a pace, a chunk at a time: what comes later waits for what is before it. */
export async function writeRecords<T>(
  session: Session,
  items: AsyncIterable<T>,
  { perSecond, total, span: name, prepare }: WriteOptions<T>,
): Promise<Written> {
  const { out, io } = session
  await session.trace()
  const producer = await session.producer()
  const pace = createPace(perSecond, io.signal)
  const most = chunkSize(perSecond)
  const result: Written = { stored: 0, failed: new Map() }
  const span = trace.getTracer('imchannel').startSpan(name, {}, ROOT_CONTEXT)
  let backLinks = 0
  let chunk: T[] = []

  async function flush(): Promise<void> {
    await pace(chunk.length)
    const records = await prepare(chunk)
    chunk = []
    for (const carried of records.map((record) => spanContextFrom(headerOf(record, 'traceparent')?.toString())))
      if (carried !== undefined && backLinks++ < MAX_BACK_LINKS) span.addLink({ context: carried })
    const published = await producer.publish(records.map((record) => ({ ...record, ...linkedTo(span) })))
    for (const outcome of published) {
      if (outcome.kind === 'stored') result.stored++
      else result.failed.set(outcome.detail, (result.failed.get(outcome.detail) ?? 0) + 1)
    }
    out.progress(`written ${count(result.stored, 'record')} of ${total.toLocaleString('en')}`)
  }

  try {
    for await (const item of items) {
      chunk.push(item)
      if (chunk.length >= most) await flush()
    }
    if (chunk.length > 0) await flush()
    return result
  } finally {
    span.end()
    out.endProgress()
  }
}

/** The record keeps the trace that it carries; whoever looks at either finds the other. */
function linkedTo(span: Span): { context: OutgoingRecord['context'] & {}; links: Link[] } {
  return {
    context: trace.setSpan(ROOT_CONTEXT, span),
    links: span.isRecording() ? [{ context: span.spanContext() }] : [],
  }
}
