import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { expect, it } from 'vitest'
import { createMetricReader } from './create-metric-reader.ts'
import { createTimings } from './create-timings.ts'

it('tells what a histogram of the SDK tells of the same values', async () => {
  const reader = createMetricReader()
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  const buckets = [0.1, 0.5, 1]
  const description = 'How long it took'
  const theirs = meter.createHistogram('of.sdk', {
    description,
    unit: 's',
    advice: { explicitBucketBoundaries: buckets },
  })
  const ours = createTimings('of.timings', { description, buckets, labels: ['tenant', 'port', 'error'] })
  for (const seconds of [0, 0.1, 0.100001, 0.5, 0.75, 1, 1.5]) {
    theirs.record(seconds, { tenant: 'acme', port: 443 })
    ours(seconds, ['acme', 443, undefined])
  }
  theirs.record(2, { tenant: 'acme', port: 443, error: '500' })
  ours(2, ['acme', 443, '500'])

  const { resourceMetrics, errors } = await reader.collect()
  const text = new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics)
  const linesOf = (name: string): string[] =>
    text
      .split('\n')
      .filter((line) => line.includes(name))
      .map((line) => line.replace(name, 'it'))
  expect(errors).toEqual([])
  expect(linesOf('of_sdk').length).toBeGreaterThan(10)
  expect(linesOf('of_timings')).toEqual(linesOf('of_sdk'))
})

it('is one histogram, however often it is made', async () => {
  const options = { description: 'Made twice', buckets: [1], labels: ['tenant'] } as const
  createTimings('made.twice', options)(0.5, ['acme'])
  createTimings('made.twice', options)(0.5, ['acme'])
  const reader = createMetricReader()
  const provider = new MeterProvider({ readers: [reader] })
  const { resourceMetrics } = await reader.collect()
  await provider.shutdown()
  const found = resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor }) => descriptor.name === 'made.twice')
  expect(found).toHaveLength(1)
  expect(found[0]?.dataPoints).toMatchObject([{ attributes: { tenant: 'acme' }, value: { count: 2, sum: 1 } }])
})
