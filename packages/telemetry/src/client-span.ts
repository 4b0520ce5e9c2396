import {
  type Attributes,
  type Context,
  context,
  type Histogram,
  type Link,
  metrics,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { durationBuckets } from './duration-buckets.ts'

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
  /** The host is named by whoever asks for the call, so there are any number of them: the metric leaves it out. */
  readonly isAnyHost?: boolean
}

/** How a call ended, for its span. */
export interface ClientCallEnd {
  readonly status?: number | undefined
  /** Low in cardinality: a status, a code. */
  readonly error?: string | undefined
}

let duration: Histogram | undefined

const MOST_ADDRESSES = 1_000
const addresses = new Map<string, Attributes>()

/** Host and port of a URL. What is no URL is refused by whoever calls it, not here. */
function addressOf(url: string): Attributes {
  const target = URL.parse(url)
  if (target === null) return {}
  return {
    'server.address': target.hostname,
    'server.port': Number(target.port) || (target.protocol === 'https:' ? 443 : 80),
  }
}

/** The same, kept: accounts have few URLs, and most calls are in no trace that records. */
function knownAddressOf(url: string): Attributes {
  const known = addresses.get(url)
  if (known !== undefined) return known
  const address = addressOf(url)
  if (addresses.size >= MOST_ADDRESSES) addresses.clear()
  addresses.set(url, address)
  return address
}

/**
 * Runs one HTTP call in one CLIENT span, and records `http.client.request.duration`. `call` gets the trace headers of that
 * span, to send or to leave; `endOf` reads from its result how it ended.
 */
export async function inClientSpan<T>(
  { method, url, template, attributes, parent = context.active(), links = [], isAnyHost = false }: ClientCall,
  call: (headers: Record<string, string>, span: Span) => Promise<T>,
  endOf: (result: T) => ClientCallEnd,
): Promise<T> {
  // Where anybody names the host each URL is another one, and may itself be a key to what it leads to: none is kept.
  const server = (isAnyHost ? addressOf : knownAddressOf)(String(url))
  const what: Attributes = { 'http.request.method': method, 'url.template': template }
  const span = trace
    .getTracer('imchannel')
    .startSpan(
      `${method} ${template}`,
      { kind: SpanKind.CLIENT, links: [...links], attributes: { ...what, ...server, ...attributes } },
      parent,
    )
  const within = trace.setSpan(parent, span)
  const headers: Record<string, string> = {}
  propagation.inject(within, headers)
  const startedAt = performance.now()
  const end = ({ status, error }: ClientCallEnd): void => {
    const outcome: Attributes = {
      ...(status !== undefined && { 'http.response.status_code': status }),
      ...(error !== undefined && { 'error.type': error }),
    }
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttributes(outcome).end()
    duration ??= metrics.getMeter('imchannel').createHistogram('http.client.request.duration', {
      unit: 's',
      description: 'Duration of HTTP requests made',
      advice: { explicitBucketBoundaries: durationBuckets },
    })
    duration.record((performance.now() - startedAt) / 1_000, { ...what, ...(isAnyHost ? {} : server), ...outcome })
  }
  try {
    const result = await context.with(within, () => call(headers, span))
    end(endOf(result))
    return result
  } catch (error) {
    end({ error: error instanceof Error ? error.name : 'unknown' })
    throw error
  }
}
