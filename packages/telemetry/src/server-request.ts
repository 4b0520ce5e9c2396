import { performance } from 'node:perf_hooks'
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { requestDurations } from './request-durations.ts'

/** One request that is being served: its span and its duration. */
export interface ServerRequest {
  /**
   * Starts the span, dated back to the request's arrival: its parent may only be known after a look-up. Later calls give
   * the same context.
   *
   * @returns the context for whatever happens in the request
   */
  open(options?: {
    parent?: Context | undefined
    links?: readonly Link[] | undefined
    attributes?: Attributes | undefined
  }): Context
  /** Does something with the span as the active one, so that lines of the log carry its ids. */
  within<T>(work: () => T): T
  setAttributes(attributes: Attributes): void
  /** Ends the span (a root one where none was opened) and records `http.server.request.duration`. */
  end(status: number, errorType?: string): void
}

export interface ServerRequestOptions {
  readonly method: string
  /** The template, never the path: `/{tenant}/imchannel/onMessage`. */
  readonly route: string
  readonly scheme?: 'http' | 'https'
}

/** Call it when the request arrives; nothing is taken from its headers. */
export function beginServerRequest({ method, route, scheme = 'http' }: ServerRequestOptions): ServerRequest {
  const startedAt = performance.now()
  const startTime = Date.now()
  const common = { 'http.request.method': method, 'http.route': route, 'url.scheme': scheme }
  let span: Span | undefined
  let opened: Context = ROOT_CONTEXT

  function open(options: Parameters<ServerRequest['open']>[0] = {}): Context {
    if (span) return opened
    const { parent = ROOT_CONTEXT, links = [], attributes = {} } = options
    span = trace
      .getTracer('imchannel')
      .startSpan(
        `${method} ${route}`,
        { kind: SpanKind.SERVER, startTime, links: [...links], attributes: { ...common, ...attributes } },
        parent,
      )
    // Without a tracer that records there is nothing for the context to carry.
    opened = isSpanContextValid(span.spanContext()) ? trace.setSpan(parent, span) : parent
    return opened
  }

  return {
    open,
    within: (work) => context.with(open(), work),
    setAttributes: (attributes) => {
      open()
      span?.setAttributes(attributes)
    },
    end: (status, errorType) => {
      open()
      const failed = status >= 500
      const error = failed ? (errorType ?? String(status)) : undefined
      const outcome: Attributes = {
        'http.response.status_code': status,
        ...(error === undefined ? undefined : { 'error.type': error }),
      }
      span?.setAttributes(outcome)
      if (failed) span?.setStatus({ code: SpanStatusCode.ERROR })
      span?.end()
      requestDurations().served.record((performance.now() - startedAt) / 1_000, { ...common, ...outcome })
    },
  }
}
