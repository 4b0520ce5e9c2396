import { SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { keepAllowed } from './attribute-allow-list.ts'

/** Hands finished spans on with the allowed attributes alone, on the span, its events and its links; messages of errors stay here. */
export function withAllowList(next: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, context) => next.onStart(span, context),
    onEnd: (span) => {
      strip(span)
      next.onEnd(span)
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  }
}

function strip(span: ReadableSpan): void {
  keepAllowed(span.attributes)
  for (const { attributes } of [...span.events, ...span.links]) if (attributes) keepAllowed(attributes)
  // An error's message may repeat what somebody sent; its type is in error.type.
  if (span.status.code === SpanStatusCode.ERROR) delete span.status.message
}
