import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics'
import type { MetricReader } from '@opentelemetry/sdk-metrics'

/** Reads metrics when they are asked for; listens nowhere. */
export function createMetricReader(): MetricReader {
  return new ForgetfulReader({ preventServerStart: true })
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
