import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Meter, metrics } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { createMetricReader } from './create-metric-reader.ts'
import { withUnitsInNames } from './prometheus-names.ts'
import { startTracing } from './start-tracing.ts'

export interface TelemetryOptions {
  /** `ingress`, `dispatcher` … : `service.name` unless OTEL_SERVICE_NAME is set. */
  readonly service: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** For what the set-up cannot do as the environment asks. */
  readonly log?: (line: string) => void
}

export interface Telemetry {
  /** All metrics in Prometheus's text format. */
  metricsText(): Promise<string>
  /** Whether spans go anywhere. */
  readonly tracing: boolean
  /** Sends what is left; never rejects, and takes no longer than five seconds. */
  shutdown(): Promise<void>
}

const SHUTDOWN_MS = 5_000

/**
 * Sets up OpenTelemetry: metrics always, in this process alone; traces when OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set. Without one the tracing SDK is not even loaded. Call it before the first
 * instrument is made: the metrics API has no proxy that would join later.
 */
export async function startTelemetry({ service, env, log = () => undefined }: TelemetryOptions): Promise<Telemetry> {
  const reader = createMetricReader()
  const serviceName = env['OTEL_SERVICE_NAME'] || `imchannel-${service}`
  const meterProvider = new MeterProvider({
    readers: [reader],
    resource: resourceFromAttributes({ 'service.name': serviceName }),
  })
  metrics.setGlobalMeterProvider(meterProvider)
  observeProcess(meterProvider.getMeter('imchannel'))
  // Without scope labels: there is one scope, and dashboards would have to name it everywhere.
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true)
  const tracing = await startTracing({ serviceName, env, log })

  return {
    tracing: tracing !== undefined,
    metricsText: async () => serializer.serialize(withUnitsInNames((await reader.collect()).resourceMetrics)),
    shutdown: async () => {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, SHUTDOWN_MS)
      await Promise.race([Promise.allSettled([tracing?.shutdown(), meterProvider.shutdown()]), late])
      clearTimeout(timer)
    },
  }
}

function observeProcess(meter: Meter): void {
  const memory = meter.createObservableGauge('process.memory.usage', {
    unit: 'By',
    description: 'Memory of the process by kind',
  })
  memory.addCallback((result) => {
    const { rss, heapUsed, external } = process.memoryUsage()
    result.observe(rss, { kind: 'resident' })
    result.observe(heapUsed, { kind: 'heap' })
    result.observe(external, { kind: 'external' })
  })
  const cpu = meter.createObservableCounter('process.cpu.time', { unit: 's', description: 'CPU time of the process' })
  cpu.addCallback((result) => {
    const { user, system } = process.cpuUsage()
    result.observe((user + system) / 1e6)
  })
  const delays = monitorEventLoopDelay({ resolution: 20 })
  delays.enable()
  const delay = meter.createObservableGauge('nodejs.eventloop.delay.p99', {
    unit: 's',
    description: 'Event loop delay since the last scrape',
  })
  delay.addCallback((result) => {
    result.observe(delays.percentile(99) / 1e9)
    delays.reset()
  })
}
