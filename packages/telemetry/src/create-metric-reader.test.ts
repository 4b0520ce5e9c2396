import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { expect, it } from 'vitest'
import { createMetricReader } from './create-metric-reader.ts'

it('shows of a gauge what is observed now alone, and of a counter all that was ever counted', async () => {
  const reader = createMetricReader()
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  const shown = async () => {
    const { resourceMetrics } = await reader.collect()
    const points = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [descriptor.name, attributes['of'], value].join(' ')),
      ),
    )
    return points.sort()
  }
  let partition: string | undefined = 'a'
  meter.createObservableGauge('lag').addCallback((result) => {
    if (partition !== undefined) result.observe(1, { of: partition })
  })
  const counter = meter.createCounter('count')
  counter.add(1, { of: 'x' })
  expect(await shown()).toEqual(['count x 1', 'lag a 1'])
  partition = 'b'
  expect(await shown()).toEqual(['count x 1', 'lag b 1'])
  partition = undefined
  counter.add(1, { of: 'y' })
  expect(await shown()).toEqual(['count x 1', 'count y 1'])
  partition = 'b'
  expect(await shown()).toEqual(['count x 1', 'count y 1', 'lag b 1'])
})
