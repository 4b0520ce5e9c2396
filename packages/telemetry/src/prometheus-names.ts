import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'

/** OpenTelemetry's UCUM units as Prometheus writes them at the end of a name. */
const suffixes: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' }

/** The metrics with their unit in the name, as the compatibility specification has it and the serializer does not. */
export function withUnitsInNames(collected: ResourceMetrics): ResourceMetrics {
  return {
    ...collected,
    scopeMetrics: collected.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map((metric) => ({
        ...metric,
        descriptor: { ...metric.descriptor, name: named(metric.descriptor), unit: '' },
      })),
    })),
  }
}

function named({ name, unit }: { name: string; unit: string }): string {
  const suffix = suffixes[unit]
  return suffix === undefined || name.endsWith(suffix) ? name : `${name}.${suffix}`
}
