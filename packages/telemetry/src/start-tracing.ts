import { withAllowList } from './allow-list-processor.ts'
import type { SpanBatchSettings } from './exported-spans.ts'

interface TracingOptions {
  readonly serviceName: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
}

/**
 * Traces over OTLP/HTTP, with sampler, limits and headers as the OTEL_* variables say, which the SDK reads itself.
 * No auto-instrumentation: the spans are our own, so there is one for each call and none with a phone number in it.
 *
 * @returns undefined where no endpoint is given; nothing is loaded then
 */
export async function startTracing({
  serviceName,
  env,
  log,
}: TracingOptions): Promise<{ shutdown(): Promise<void> } | undefined> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT']
  const off = env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none'
  if (!endpoint || off) return undefined
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf'
  if (protocol !== 'http/protobuf')
    log(`traces are sent as http/protobuf, not ${protocol}: point the endpoint at an OTLP/HTTP port (4318)`)

  const [{ NodeSDK }, { exportSpans }, { envDetector }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('./exported-spans.ts'),
    import('@opentelemetry/resources'),
  ])
  const sdk = new NodeSDK({
    serviceName,
    spanProcessors: [withAllowList(exportSpans(batchSettings(env), log))],
    // Metrics are served by /metrics and logs printed: neither is sent.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    // Not the process's: its command line and owner are nobody's business.
    resourceDetectors: [envDetector],
  })
  sdk.start()
  return sdk
}

/** OTEL_BSP_*: the SDK reads them for processors that it makes itself, and only for those. */
function batchSettings(env: TracingOptions['env']): SpanBatchSettings {
  const names = {
    maxQueueSize: 'OTEL_BSP_MAX_QUEUE_SIZE',
    maxExportBatchSize: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    scheduledDelayMillis: 'OTEL_BSP_SCHEDULE_DELAY',
  }
  const given = Object.entries(names).map(([setting, name]) => [setting, Number(env[name] || Number.NaN)] as const)
  return Object.fromEntries(given.filter(([, value]) => value > 0))
}
