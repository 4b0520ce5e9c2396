import type { RecordedSpan, SpanKindName } from './recorded-span.ts'

/** Every span that a Jaeger has, read as people's browsers read them. */
export async function jaegerSpans(api: string): Promise<RecordedSpan[]> {
  const services = (await ask<{ data: string[] | null }>(`${api}/services`)).data ?? []
  const answers = await Promise.all(
    services.map((service) =>
      ask<TracesAnswer>(`${api}/traces?service=${encodeURIComponent(service)}&limit=5000&lookback=1h`),
    ),
  )
  const spans = answers.flatMap(({ data }) => data).flatMap(toSpans)
  return [...new Map(spans.map((span) => [span.spanId, span])).values()]
}

async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`Jaeger answered ${answer.status}: ${await answer.text()}`)
  // Jaeger's own answer, whose shape the caller knows.
  return (await answer.json()) as T
}

interface Tag {
  readonly key: string
  readonly value: string | number | boolean
}

/** What is read of Jaeger's `GET /api/traces`. */
interface TracesAnswer {
  readonly data: readonly {
    readonly processes: Readonly<Record<string, { readonly serviceName: string }>>
    readonly spans: readonly {
      readonly traceID: string
      readonly spanID: string
      readonly operationName: string
      readonly references?: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[]
      readonly tags: readonly Tag[]
      readonly logs: readonly { readonly fields: readonly Tag[] }[]
      readonly processID: string
    }[]
  }[]
}

function toSpans({ spans, processes }: TracesAnswer['data'][number]): RecordedSpan[] {
  return spans.map((span) => {
    const { 'span.kind': kind = 'internal', error = false, ...attributes } = record(span.tags)
    const references = span.references ?? []
    return {
      traceId: span.traceID,
      spanId: span.spanID,
      parentSpanId: references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
      name: span.operationName,
      // Jaeger writes the kinds as we do.
      kind: kind as SpanKindName,
      service: processes[span.processID]?.serviceName ?? '',
      attributes,
      events: span.logs.map(({ fields }) => {
        const { event = '', ...rest } = record(fields)
        return { name: String(event), attributes: rest }
      }),
      links: references
        .filter(({ refType }) => refType === 'FOLLOWS_FROM')
        .map(({ traceID, spanID }) => ({ traceId: traceID, spanId: spanID })),
      failed: error === true,
    }
  })
}

function record(tags: readonly Tag[]): Record<string, string | number | boolean> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]))
}
