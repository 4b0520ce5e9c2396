import { randomBytes } from 'node:crypto'
import type { ApiRequest } from './store/entities.ts'
import type { Store } from './store/store.ts'

export interface SpanReport {
  /** Sends what is left and ends. */
  stop(): Promise<void>
}

const SEND_EVERY_MS = 500
const SEND_MS = 2_000
/** Beyond it the oldest are let go: nobody listens. */
const MOST_WAITING = 10_000
const SERVER = 2
const ERROR = 2
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/

/**
 * Reports each request that carries a sampled `traceparent` as a span, over OTLP/HTTP in JSON: what Infobip would see of
 * the trace. Nothing is ever sent along with the emulator's own requests: Infobip sends no trace header either.
 *
 * @param endpoint the base, as OTEL_EXPORTER_OTLP_ENDPOINT has it
 */
export function reportSpans(store: Store, endpoint: string): SpanReport {
  let waiting: object[] = []
  const seen = new WeakSet<ApiRequest>()
  const unsubscribe = store.onChange(({ kind, entity }) => {
    if (kind !== 'request' || entity === undefined) return
    const request = entity as ApiRequest // its kind says so
    if (seen.has(request)) return
    seen.add(request)
    const span = spanOf(request)
    if (span !== undefined && waiting.push(span) > MOST_WAITING) waiting.shift()
  })

  // One after the other: who stops waits for what is on its way, too.
  let sending = Promise.resolve()
  function send(): Promise<void> {
    sending = sending.then(sendWaiting)
    return sending
  }

  async function sendWaiting(): Promise<void> {
    const spans = waiting
    waiting = []
    if (spans.length === 0) return
    const service = { key: 'service.name', value: { stringValue: 'infobip-emulator' } }
    const body = { resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans }] }] }
    try {
      await fetch(`${endpoint.replace(/\/$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(SEND_MS),
      })
    } catch {
      // Kept for the next time; one id twice is one span.
      waiting = [...spans, ...waiting].slice(-MOST_WAITING)
    }
  }

  const timer = setInterval(() => void send(), SEND_EVERY_MS).unref()
  return {
    stop: () => {
      clearInterval(timer)
      unsubscribe()
      return send()
    },
  }
}

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } })

function spanOf({ headers, method, path, durationMs = 0, status, messageIds }: ApiRequest): object | undefined {
  const [, traceId, parentSpanId, flags] = TRACEPARENT.exec(headers['traceparent'] ?? '') ?? []
  if (traceId === undefined || (Number.parseInt(flags ?? '0', 16) & 1) === 0) return undefined
  const route = path
    .replace(/\?.*$/, '')
    .replace(/\/senders\/[^/]+\/message\/[^/]+\//, '/senders/{sender}/message/{messageId}/')
    .replace(/\/senders\/\d+(?=\/|$)/, '/senders/{sender}')
  const endedAt = Date.now()
  return {
    traceId,
    parentSpanId,
    spanId: randomBytes(8).toString('hex'),
    name: `${method} ${route}`,
    kind: SERVER,
    startTimeUnixNano: nanos(endedAt - durationMs),
    endTimeUnixNano: nanos(endedAt),
    attributes: [
      text('http.request.method', method),
      text('http.route', route),
      ...(status === undefined ? [] : [{ key: 'http.response.status_code', value: { intValue: String(status) } }]),
      ...messageIds.slice(0, 10).map((id) => text('infobip.message.id', id)),
    ],
    // No status: the connection was dropped.
    ...(status === undefined || status >= 500 ? { status: { code: ERROR } } : {}),
  }
}

function nanos(ms: number): string {
  return `${Math.round(ms)}000000`
}
