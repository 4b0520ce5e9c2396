import {
  type Context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api'
import type { ImEvent } from '@imchannel/events'
import type { LedgerEntry } from '@imchannel/ledger'
import { contextFrom, type ServerRequest, spanContextFrom } from '@imchannel/telemetry'
import type { TracedEvent } from './publish-events.ts'

/** A trace of more links than that is no story any more. */
const maxBackLinks = 100

export interface WebhookTrace {
  /** How many results the webhook has. */
  readonly results: number
  readonly sends: ReadonlyMap<string, LedgerEntry>
  /** Of a sender that is trusted to give one. */
  readonly outside: Context | undefined
  readonly tenant: string
}

/**
 * Opens the webhook's span where it belongs and says which span each event's record is to be a child of.
 * One result is one trace with its event; a report joins the trace of the send that it is about. Of several results each
 * starts or joins its own, and webhook and result point to each other.
 *
 * @returns the events in their order, and what ends the spans that were opened for them
 */
export function traceWebhook(
  request: ServerRequest,
  events: readonly ImEvent[],
  { results, sends, outside, tenant }: WebhookTrace,
): { traced: TracedEvent[]; end: () => void } {
  const attributes = { 'imchannel.tenant': tenant, 'imchannel.results': results }
  const sendOf = (event: ImEvent): string | undefined =>
    event.subject === undefined ? undefined : sends.get(event.subject)?.traceparent

  if (results <= 1) {
    const [event] = events
    const parent = outside ?? contextFrom(event && sendOf(event))
    const within = request.open({ parent, attributes })
    return { traced: events.map((one) => ({ event: one, context: within, links: [] })), end: () => undefined }
  }

  const within = request.open({ parent: outside, attributes })
  const webhook = trace.getSpan(within)
  const toWebhook = linkTo(webhook)
  const opened: Span[] = []
  let backLinks = 0
  const traced = events.map((event): TracedEvent => {
    const send = spanContextFrom(sendOf(event))
    if (send !== undefined) {
      if (backLinks++ < maxBackLinks) webhook?.addLink({ context: send })
      return { event, context: contextFrom(sendOf(event)), links: toWebhook }
    }
    if (toWebhook.length === 0) return { event, context: ROOT_CONTEXT, links: [] }
    const own = trace
      .getTracer('imchannel')
      .startSpan(
        'webhook result',
        { kind: SpanKind.INTERNAL, links: toWebhook, attributes: { 'imchannel.tenant': tenant } },
        ROOT_CONTEXT,
      )
    opened.push(own)
    if (backLinks++ < maxBackLinks) webhook?.addLink({ context: own.spanContext() })
    return { event, context: trace.setSpan(ROOT_CONTEXT, own), links: [] }
  })
  return { traced, end: () => opened.forEach((span) => span.end()) }
}

function linkTo(span: Span | undefined): Link[] {
  const context = span?.spanContext()
  return context && isSpanContextValid(context) ? [{ context }] : []
}
