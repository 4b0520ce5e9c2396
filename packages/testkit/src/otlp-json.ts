import type { RecordedSpan, SpanKindName } from './recorded-span.ts'

interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: string | number; readonly boolValue?: boolean }
}

/** What is read of OTLP's JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string
        readonly spanId: string
        readonly parentSpanId?: string
        readonly name: string
        readonly kind: number
        readonly attributes: readonly KeyValue[]
        readonly status?: { readonly code: number }
      }[]
    }[]
  }[]
}

const KINDS: readonly SpanKindName[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']
const STATUS_ERROR = 2

/** The spans of an OTLP export in JSON, as small programs without an SDK write it; without events and links. */
export function readOtlpJson(body: Buffer): RecordedSpan[] {
  const { resourceSpans } = JSON.parse(body.toString('utf8')) as ExportRequest // the format's own shape
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        name: span.name,
        kind: KINDS[span.kind] ?? 'internal',
        service: String(attributesOf(resource.attributes)['service.name'] ?? ''),
        attributes: attributesOf(span.attributes),
        events: [],
        links: [],
        failed: span.status?.code === STATUS_ERROR,
      })),
    ),
  )
}

function attributesOf(pairs: readonly KeyValue[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? (value.intValue === undefined ? '' : Number(value.intValue)),
    ]),
  )
}
