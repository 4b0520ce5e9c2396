import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'

/** As OTEL_BSP_* name and default them. */
export interface SpanBatchSettings {
  /** Spans that wait at most: what ends while that many cannot be sent is dropped. */
  readonly maxQueueSize?: number
  readonly maxExportBatchSize?: number
  readonly scheduledDelayMillis?: number
}

/** Spans of one turn of the event loop, as they go over the wire. */
interface Part {
  readonly bytes: Uint8Array
  readonly spans: number
}

/**
 * Sends finished spans over OTLP/HTTP in batches, to where the OTEL_EXPORTER_OTLP_* variables say. It keeps bytes, not
 * spans: each is written at the end of the turn that it ended in, while it is warm and young. The SDK's own batches keep
 * hundreds of spans until they are written together, which costs as much again in garbage collection. Requests of OTLP
 * that stand behind each other in one body are one request.
 *
 * @param log told once when spans are lost, and once when they are taken again
 */
export function createSpanBatches(settings: SpanBatchSettings, log: (line: string) => void): SpanProcessor {
  const { maxQueueSize = 2_048, scheduledDelayMillis = 5_000 } = settings
  const batchSize = Math.min(settings.maxExportBatchSize ?? 512, maxQueueSize)
  const delegate = createOtlpHttpExportDelegate<readonly Part[], unknown>(
    convertLegacyHttpOptions({}, 'TRACES', 'v1/traces', { 'Content-Type': 'application/x-protobuf' }),
    {
      serializeRequest: (parts) => Buffer.concat(parts.map(({ bytes }) => bytes)),
      deserializeResponse: (answer) => ProtobufTraceSerializer.deserializeResponse(answer),
    },
    'otlp_http_span_exporter',
    { name: 'span', countItems: countSpans },
    undefined,
  )
  let fresh: ReadableSpan[] = []
  const parts: Part[] = []
  let waiting = 0
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined

  function write(): void {
    for (let at = 0; at < fresh.length; at += batchSize) writePart(fresh.slice(at, at + batchSize))
    fresh = []
    if (waiting >= batchSize) void send(batchSize)
    else if (waiting > 0) timer ??= setTimeout(() => void send(1), scheduledDelayMillis).unref()
  }

  function writePart(spans: readonly ReadableSpan[]): void {
    if (waiting + spans.length > maxQueueSize) return lose(spans.length, 'more end than are taken')
    try {
      const bytes = ProtobufTraceSerializer.serializeRequest([...spans])
      if (bytes === undefined) return
      parts.push({ bytes, spans: spans.length })
      waiting += spans.length
    } catch (error) {
      lose(spans.length, textOf(error))
    }
  }

  /** One batch after the other, while so many wait. Never rejects. */
  function send(least: number): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    sending ??= sendWhile(least).finally(() => {
      sending = undefined
      write()
    })
    return sending
  }

  async function sendWhile(least: number): Promise<void> {
    while (waiting >= least) {
      const batch: Part[] = []
      for (let [part] = parts; part && countSpans(batch) + part.spans <= batchSize; [part] = parts) {
        batch.push(part)
        parts.shift()
      }
      const count = countSpans(batch)
      waiting -= count
      const problem = await exportBatch(batch)
      if (problem !== undefined) lose(count, problem)
      else if (lost > 0) {
        log(`spans are sent again; ${lost} were lost`)
        lost = 0
      }
    }
  }

  /** @returns why it was not taken */
  async function exportBatch(batch: readonly Part[]): Promise<string | undefined> {
    try {
      return await new Promise((resolve) => {
        delegate.export(batch, ({ code, error }) =>
          // 0 is success: `ExportResultCode` is in a package that only its exporters need.
          resolve(code ? (error?.message ?? 'refused') : undefined),
        )
      })
    } catch (error) {
      return textOf(error)
    }
  }

  function lose(count: number, why: string): void {
    if (lost === 0) log(`spans are lost: ${why}`)
    lost += count
  }

  async function flush(): Promise<void> {
    write()
    await sending
    while (parts.length > 0) await send(1)
  }

  return {
    onStart: () => undefined,
    onEnd: (span) => {
      if ((span.spanContext().traceFlags & 1) === 0) return
      if (fresh.push(span) === 1) setImmediate(write)
    },
    forceFlush: flush,
    shutdown: async () => {
      await flush()
      clearTimeout(timer)
      await delegate.shutdown()
    },
  }
}

function countSpans(parts: readonly Part[]): number {
  return parts.reduce((sum, { spans }) => sum + spans, 0)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
