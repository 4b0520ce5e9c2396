import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

export interface ClientCall {
  readonly method: string
  /** Its host is shown, its path never: `template` stands for it. */
  readonly url: string | URL
  /** The path with its variable parts named: `/omni/1/logs`. */
  readonly template: string
  readonly attributes?: Attributes
  /** Default: the active context. */
  readonly parent?: Context
  readonly links?: readonly Link[]
}

/** How a call ended, for its span. */
export interface ClientCallEnd {
  readonly status?: number | undefined
  /** Low in cardinality: a status, a code. */
  readonly error?: string | undefined
}

const MOST_ADDRESSES = 1_000
const addresses = new Map<string, Attributes>()

/** Host and port of a URL, kept: accounts have few, and most calls are in no trace that records. */
function addressOf(url: string): Attributes {
  const known = addresses.get(url)
  if (known !== undefined) return known
  // What is no URL is refused by whoever calls it, not here.
  const target = URL.parse(url)
  const address =
    target === null
      ? {}
      : {
          'server.address': target.hostname,
          'server.port': Number(target.port) || (target.protocol === 'https:' ? 443 : 80),
        }
  if (addresses.size >= MOST_ADDRESSES) addresses.clear()
  addresses.set(url, address)
  return address
}

/**
 * Runs one HTTP call in one CLIENT span. `call` gets the trace headers of that span, to send or to leave; `endOf` reads
 * from its result how it ended. Where tracing is off it costs a function call.
 */
export async function inClientSpan<T>(
  { method, url, template, attributes, parent = context.active(), links = [] }: ClientCall,
  call: (headers: Record<string, string>, span: Span) => Promise<T>,
  endOf: (result: T) => ClientCallEnd,
): Promise<T> {
  const target = addressOf(String(url))
  const span = trace.getTracer('imchannel').startSpan(
    `${method} ${template}`,
    {
      kind: SpanKind.CLIENT,
      links: [...links],
      attributes: {
        'http.request.method': method,
        'url.template': template,
        ...target,
        ...attributes,
      },
    },
    parent,
  )
  const within = trace.setSpan(parent, span)
  const headers: Record<string, string> = {}
  propagation.inject(within, headers)
  try {
    const result = await context.with(within, () => call(headers, span))
    const { status, error } = endOf(result)
    if (status !== undefined) span.setAttribute('http.response.status_code', status)
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error)
    return result
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
    throw error
  } finally {
    span.end()
  }
}
