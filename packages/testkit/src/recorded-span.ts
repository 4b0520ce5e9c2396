export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** A span as whoever received it sees it, from Jaeger or over OTLP. */
export interface RecordedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: SpanKindName
  /** `service.name` of the process that made it. */
  readonly service: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly events: readonly RecordedSpanEvent[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly failed: boolean
}

export interface RecordedSpanEvent {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

/** Where a test's processes send their spans and the test reads them: a real Jaeger, or a receiver in the test. */
export interface SpanStore extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string
  spans(): Promise<RecordedSpan[]>
}
