import { ValueType } from '@opentelemetry/api'
import type { Attributes, HrTime } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type { HistogramMetricData } from '@opentelemetry/sdk-metrics'

/** One histogram with its series. */
export interface HistogramStore {
  /** `key` names the series; `attributes` are asked for with its first value. */
  record(value: number, key: string, attributes: () => Attributes): void
  read(): HistogramMetricData
}

interface Series {
  readonly attributes: Attributes
  readonly startTime: HrTime
  /** One more than there are boundaries: the last is what lies above all of them. */
  readonly counts: number[]
  sum: number
  count: number
}

/** Cumulative, in seconds, and as the SDK's explicit-bucket histogram counts: a value that is a boundary lies below it. */
export function createHistogramStore({
  name,
  description,
  buckets,
}: {
  name: string
  description: string
  buckets: readonly number[]
}): HistogramStore {
  const boundaries = [...buckets]
  const all = new Map<string, Series>()

  function begin(key: string, attributes: Attributes): Series {
    const series: Series = {
      attributes,
      startTime: now(),
      counts: Array.from({ length: boundaries.length + 1 }, () => 0),
      sum: 0,
      count: 0,
    }
    all.set(key, series)
    return series
  }

  return {
    record: (value, key, attributes) => {
      const series = all.get(key) ?? begin(key, attributes())
      let bucket = 0
      while (bucket < boundaries.length && value > (boundaries[bucket] ?? 0)) bucket++
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
      series.sum += value
      series.count++
    },
    read: () => ({
      descriptor: { name, description, unit: 's', valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [...all.values()].map(({ attributes, startTime, counts, sum, count }) => ({
        attributes,
        startTime,
        endTime: now(),
        value: { buckets: { boundaries, counts: [...counts] }, sum, count },
      })),
    }),
  }
}

function now(): HrTime {
  const milliseconds = Date.now()
  return [Math.floor(milliseconds / 1_000), (milliseconds % 1_000) * 1e6]
}
