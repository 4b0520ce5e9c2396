import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { emptyResource } from '@opentelemetry/resources'
import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics'
import type { MetricProducer, MetricReader } from '@opentelemetry/sdk-metrics'
import { timingStores } from './create-timings.ts'

/** Reads metrics when they are asked for; listens nowhere. */
export function createMetricReader(): MetricReader {
  return new ForgetfulReader({ preventServerStart: true, metricProducers: [timings] })
}

/** What `createTimings` has counted, in the SDK's own form. */
const timings: MetricProducer = {
  collect: () => {
    const metrics = [...timingStores()].map((store) => store.read()).filter(({ dataPoints }) => dataPoints.length > 0)
    const scopeMetrics = [{ scope: { name: 'imchannel' }, metrics }]
    return Promise.resolve({ resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] })
  },
}

/**
 * A gauge says what is: what is observed no longer (a partition that went to another instance, a configuration that was
 * replaced, an account that is well again) is left out. Cumulative, the SDK repeats its last value for ever.
 */
class ForgetfulReader extends PrometheusExporter {
  override selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return instrument === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : AggregationTemporality.CUMULATIVE
  }
}
