import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, spawnManaged } from '@imchannel/local-stack'
import type { RecordedSpan, SpanKindName, SpanStore } from './recorded-span.ts'
import { waitUntil } from './wait-until.ts'

/** A Jaeger v2 with its traces in memory, on free ports. Its spans are read as people's browsers read them. */
export async function startJaeger(binary: string): Promise<SpanStore> {
  const [query = 0, grpc = 0, otlp = 0] = await freePorts(3)
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-jaeger-'))
  const config = join(folder, 'jaeger.json')
  // JSON is YAML. Without a file Jaeger takes its well-known ports, which may be somebody's.
  await writeFile(config, JSON.stringify(configuration({ query, grpc, otlp })))
  let output = ''
  const child = await spawnManaged(binary, ['--config', config], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    output: (chunk) => {
      output += chunk
    },
  })
  const stop = async (): Promise<void> => {
    await child.stop(5_000)
    await rm(folder, { recursive: true, force: true })
  }
  const api = `http://127.0.0.1:${query}/api`
  const answers = async (): Promise<boolean> => !child.isRunning() || (await fetch(`${api}/services`)).ok
  await waitUntil(answers, { what: 'Jaeger answers' }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  if (!child.isRunning()) throw new Error(`Jaeger has ended; it printed:\n${output}`)
  return {
    endpoint: `http://127.0.0.1:${otlp}`,
    async spans() {
      const services = (await ask<{ data: string[] | null }>(`${api}/services`)).data ?? []
      const answers = await Promise.all(
        services.map((service) =>
          ask<TracesAnswer>(`${api}/traces?service=${encodeURIComponent(service)}&limit=5000&lookback=1h`),
        ),
      )
      const spans = answers.flatMap(({ data }) => data).flatMap(toSpans)
      return [...new Map(spans.map((span) => [span.spanId, span])).values()]
    },
    [Symbol.asyncDispose]: stop,
  }
}

function on(port: number): object {
  return { endpoint: `127.0.0.1:${port}` }
}

function configuration(ports: { query: number; grpc: number; otlp: number }): object {
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: on(ports.query), grpc: on(ports.grpc) },
    },
    receivers: { otlp: { protocols: { http: on(ports.otlp) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  }
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
