import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Hooks } from 'got'

export interface ClientTracing {
  /** The URL with its variable parts named: `/whatsapp/1/message/{kind}`. Never the path itself, which may hold a number. */
  readonly template: (url: URL) => string
  /** Whether `traceparent` is sent along. Default: true. */
  readonly propagate?: boolean
  readonly attributes?: Attributes
}

/**
 * Hooks for got that make one CLIENT span of each attempt, a child of the active one:
 * `got.extend({ hooks: gotTracingHooks({ template }) })`. Costs a function call where tracing is off.
 */
export function gotTracingHooks({
  template,
  propagate = true,
  attributes = {},
}: ClientTracing): Pick<Hooks, 'beforeRequest' | 'afterResponse' | 'beforeError'> {
  const open = new WeakMap<object, Span>()

  function end(key: object, finish: (span: Span) => void): void {
    const span = open.get(key)
    if (!span) return
    open.delete(key)
    finish(span)
    span.end()
  }

  return {
    beforeRequest: [
      (options) => {
        const url = new URL(String(options.url))
        const name = template(url)
        const span = trace.getTracer('imchannel').startSpan(`${options.method} ${name}`, {
          kind: SpanKind.CLIENT,
          attributes: {
            'http.request.method': options.method,
            'server.address': url.hostname,
            'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
            'url.template': name,
            ...attributes,
          },
        })
        open.set(options, span)
        if (propagate) propagation.inject(trace.setSpan(context.active(), span), options.headers)
      },
    ],
    afterResponse: [
      (response) => {
        end(response.request.options, (span) => {
          span.setAttribute('http.response.status_code', response.statusCode)
          if (response.statusCode >= 400)
            span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', String(response.statusCode))
        })
        return response
      },
    ],
    beforeError: [
      (error) => {
        end(error.options, (span) => {
          span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error.code ?? error.name)
        })
        return error
      },
    ],
  }
}
