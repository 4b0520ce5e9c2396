import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { requestDurations } from './request-durations.ts'
import { traceparentOf } from './traceparent.ts'

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

const MOST_ADDRESSES = 1_000
const addresses = new Map<string, Address>()

interface Address {
  readonly address?: string
  readonly port?: number
}

/** Host and port of a URL. What is no URL is refused by whoever calls it, not here. */
function addressOf(url: string): Address {
  const target = URL.parse(url)
  if (target === null) return {}
  return { address: target.hostname, port: Number(target.port) || (target.protocol === 'https:' ? 443 : 80) }
}

/** The same, kept: accounts have few URLs, and most calls are in no trace that records. */
function knownAddressOf(url: string): Address {
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
  const span = trace.getTracer('imchannel').startSpan(
    `${method} ${template}`,
    {
      kind: SpanKind.CLIENT,
      links: [...links],
      attributes: {
        'http.request.method': method,
        'url.template': template,
        'server.address': server.address,
        'server.port': server.port,
        ...attributes,
      },
    },
    parent,
  )
  // Without a tracer and without a trace to carry on, a context of its own would hold nothing.
  const isTraced = span.isRecording() || isSpanContextValid(span.spanContext())
  const within = isTraced ? trace.setSpan(parent, span) : parent
  const headers: Record<string, string> = {}
  // The trace alone: what else a context carries, baggage and a vendor's state, is for services of the house.
  const traceparent = isTraced ? traceparentOf(within) : undefined
  if (traceparent !== undefined) headers['traceparent'] = traceparent
  const startedAt = performance.now()
  const end = ({ status, error }: ClientCallEnd): void => {
    const outcome: Attributes = {
      ...(status !== undefined && { 'http.response.status_code': status }),
      ...(error !== undefined && { 'error.type': error }),
    }
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttributes(outcome).end()
    requestDurations().made.record((performance.now() - startedAt) / 1_000, {
      'http.request.method': method,
      'url.template': template,
      ...(isAnyHost || server.address === undefined
        ? {}
        : { 'server.address': server.address, 'server.port': server.port }),
      ...outcome,
    })
  }
  try {
    const result = await (isTraced ? context.with(within, () => call(headers, span)) : call(headers, span))
    end(endOf(result))
    return result
  } catch (error) {
    end({ error: error instanceof Error ? error.name : 'unknown' })
    throw error
  }
}
