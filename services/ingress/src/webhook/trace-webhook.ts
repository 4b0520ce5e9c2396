import {
  type Context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api'
import type { ImEvent } from '@imchannel/events'
import type { LedgerEntry } from '@imchannel/ledger'
import { contextFrom, type ServerRequest, spanContextFrom } from '@imchannel/telemetry'

/** A trace of more links than that is no story any more. */
const MAX_BACK_LINKS = 100

export interface WebhookTrace {
  /** How many results the webhook has. */
  readonly results: number
  readonly sends: ReadonlyMap<string, LedgerEntry>
  /** Of a sender that is trusted to give one. */
  readonly outside: Context | undefined
  readonly tenant: string
}

/** The span that a record belongs to, and those that it points to beside. */
export interface RecordTrace {
  readonly context: Context
  readonly links: readonly Link[]
}

export interface WebhookTracing {
  of(event: ImEvent): RecordTrace
  /** Ends the spans that were opened for single results. */
  end(): void
}

const traceless: RecordTrace = { context: ROOT_CONTEXT, links: [] }

/**
 * Opens the webhook's span where it belongs and says which span each event's record is to be a child of.
 * One result is one trace with its event; a report joins the trace of the send that it is about. Of several results each
 * starts or joins its own, and webhook and result point to each other.
 */
export function traceWebhook(
  request: ServerRequest,
  events: readonly ImEvent[],
  { results, sends, outside, tenant }: WebhookTrace,
): WebhookTracing {
  const attributes = { 'imchannel.tenant': tenant, 'imchannel.results': results }
  const sendOf = (event: ImEvent): string | undefined =>
    event.subject === undefined ? undefined : sends.get(event.subject)?.traceparent

  if (results <= 1) {
    const [event] = events
    const parent = outside ?? contextFrom(event && sendOf(event))
    const only = { context: request.open({ parent, attributes }), links: [] }
    return { of: () => only, end: () => undefined }
  }

  const webhook = trace.getSpan(request.open({ parent: outside, attributes }))
  const toWebhook = linkTo(webhook)
  // Without a tracer that records, only reports have anything to belong to.
  if (toWebhook.length === 0 && sends.size === 0) return { of: () => traceless, end: () => undefined }
  const opened: Span[] = []
  /** What a result makes beside its report belongs to the same send. */
  const linked = new Set<string>()
  const linkBack = (context: SpanContext): void => {
    if (linked.has(context.spanId) || linked.size >= MAX_BACK_LINKS) return
    linked.add(context.spanId)
    webhook?.addLink({ context })
  }
  const traces = new Map<ImEvent, RecordTrace>()
  for (const event of events) {
    const send = spanContextFrom(sendOf(event))
    if (send !== undefined) {
      linkBack(send)
      traces.set(event, { context: contextFrom(sendOf(event)), links: toWebhook })
      continue
    }
    if (toWebhook.length === 0) continue
    const own = trace
      .getTracer('imchannel')
      .startSpan(
        'webhook result',
        { kind: SpanKind.INTERNAL, links: toWebhook, attributes: { 'imchannel.tenant': tenant } },
        ROOT_CONTEXT,
      )
    opened.push(own)
    linkBack(own.spanContext())
    traces.set(event, { context: trace.setSpan(ROOT_CONTEXT, own), links: [] })
  }
  return { of: (event) => traces.get(event) ?? traceless, end: () => opened.forEach((span) => span.end()) }
}

function linkTo(span: Span | undefined): Link[] {
  const context = span?.spanContext()
  return context && isSpanContextValid(context) ? [{ context }] : []
}
