import { type Attributes, type SpanContext, type SpanKind, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'

export interface RecordedSpan {
  name: string
  kind: SpanKind
  context: SpanContext
  parentSpanId: string | undefined
  attributes: Attributes
}

/** Sets a real SDK up for this process that keeps what it is given. */
export function recordTelemetry() {
  const spanExporter = new InMemorySpanExporter()
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
    exportTimeoutMillis: 10_000,
  })
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
    metricReaders: [reader],
    logRecordProcessors: [],
  })
  sdk.start()
  return {
    spans: (): RecordedSpan[] =>
      spanExporter.getFinishedSpans().map((span) => ({
        name: span.name,
        kind: span.kind,
        context: span.spanContext(),
        parentSpanId: span.parentSpanContext?.spanId,
        attributes: span.attributes,
      })),
    metrics: async () => {
      metricExporter.reset()
      await reader.forceFlush()
      return metricExporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap((scope) =>
            scope.metrics.flatMap((metric) =>
              metric.dataPoints.map(({ attributes, value }) => ({ name: metric.descriptor.name, attributes, value })),
            ),
          ),
        )
    },
    clear: () => spanExporter.reset(),
    stopTracing: () => trace.disable(),
    stop: () => sdk.shutdown(),
  }
}
