import { type Histogram, metrics } from '@opentelemetry/api'
import { durationBuckets } from './duration-buckets.ts'

interface RequestDurations {
  readonly served: Histogram
  readonly made: Histogram
}

let durations: RequestDurations | undefined

/** Made at first use, so that a meter provider that was set before then is the one that counts. */
export function requestDurations(): RequestDurations {
  return (durations ??= {
    served: create('http.server.request.duration', 'Duration of HTTP requests served'),
    made: create('http.client.request.duration', 'Duration of HTTP requests made'),
  })
}

function create(name: string, description: string): Histogram {
  const advice = { explicitBucketBoundaries: [...durationBuckets] }
  return metrics.getMeter('imchannel').createHistogram(name, { description, unit: 's', advice })
}
