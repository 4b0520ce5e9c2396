import { extractTrace } from '@imchannel/events'
import { context, SpanStatusCode, trace, type Context, type Link } from '@opentelemetry/api'
import type { BotRecord } from './transport.ts'

/** The context that a record is handled in: that of its CONSUMER span, if the transport made one, else the one it carries. */
export function contextOf(record: BotRecord): Context {
  const active = context.active()
  return trace.getSpanContext(active) === undefined ? extractTrace(record.headers) : active
}

/** Runs a turn in a span, child of its last event's; the earlier ones are linked. */
export async function inTurnSpan<T>(
  name: string,
  contexts: readonly Context[],
  attributes: Record<string, string | number>,
  work: (inside: Context) => Promise<T>,
): Promise<T> {
  const parent = contexts.at(-1) ?? context.active()
  const links = contexts.slice(0, -1).flatMap((one): Link[] => {
    const linked = trace.getSpanContext(one)
    return linked === undefined ? [] : [{ context: linked }]
  })
  const span = trace.getTracer('@imchannel/bot').startSpan(name, { attributes, links }, parent)
  const inside = trace.setSpan(parent, span)
  try {
    return await context.with(inside, () => work(inside))
  } catch (error) {
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}
