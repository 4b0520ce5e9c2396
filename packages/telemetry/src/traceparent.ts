import { type Context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace, TraceFlags } from '@opentelemetry/api'

// https://www.w3.org/TR/trace-context/: version, trace id, span id, flags; what a later version adds behind them is ignored.
const format = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** The W3C header of a context's span, to be kept with a send or a media item; undefined where there is no trace. */
export function traceparentOf(context: Context): string | undefined {
  const span = trace.getSpanContext(context)
  if (!span || !isSpanContextValid(span)) return undefined
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')}`
}

/** The span that a header names, for a link; undefined where the header is not one. */
export function spanContextFrom(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = format.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  const span: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  }
  return isSpanContextValid(span) ? span : undefined
}

/** A context whose span is the one that the header names: the parent for what comes next. Without a header the root. */
export function contextFrom(traceparent: string | undefined): Context {
  const span = spanContextFrom(traceparent)
  return span ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT
}
