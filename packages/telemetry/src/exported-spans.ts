import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace'

/** `ExportResultCode.SUCCESS`, which is in a package that only exporters need. */
const SUCCESS = 0

/** As OTEL_BSP_* name and default them. */
export interface SpanBatchSettings {
  /** Spans that wait at most: what ends while that many cannot be sent is dropped. */
  readonly maxQueueSize?: number
  readonly maxExportBatchSize?: number
  readonly scheduledDelayMillis?: number
}

/**
 * Sends finished spans over OTLP/HTTP in the SDK's batches, to where the OTEL_EXPORTER_OTLP_* variables say.
 *
 * @param log told once when spans are lost, and once when they are taken again: the SDK tells nobody
 */
export function exportSpans(settings: SpanBatchSettings, log: (line: string) => void): SpanProcessor {
  return new BatchSpanProcessor({ ...settings, exporter: tellLosses(new OTLPTraceExporter(), log) })
}

function tellLosses(exporter: SpanExporter, log: (line: string) => void): SpanExporter {
  let lost = 0
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const code: number = result.code
        if (code !== SUCCESS) {
          if (lost === 0) log(`spans are lost: ${result.error?.message ?? 'refused'}`)
          lost += spans.length
        } else if (lost > 0) {
          log(`spans are sent again; ${lost} were lost`)
          lost = 0
        }
        done(result)
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  }
}
