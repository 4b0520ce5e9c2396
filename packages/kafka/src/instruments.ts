import { type Attributes, type Meter, metrics, trace, type Tracer } from '@opentelemetry/api'

/** The instrumentation scope of everything in this package. */
const SCOPE = '@imchannel/kafka'

/** Seconds; the messaging conventions' own advice (semconv 1.44). */
const SECONDS = {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
}

function create(meter: Meter) {
  return {
    operationDuration: meter.createHistogram('messaging.client.operation.duration', {
      ...SECONDS,
      description: 'Time that one send or commit took',
    }),
    sentMessages: meter.createCounter('messaging.client.sent.messages', {
      unit: '{message}',
      description: 'Records that were to be written, by outcome',
    }),
    consumedMessages: meter.createCounter('messaging.client.consumed.messages', {
      unit: '{message}',
      description: 'Records that were delivered to the handler',
    }),
    processDuration: meter.createHistogram('messaging.process.duration', {
      ...SECONDS,
      description: 'Time that one call of the handler took',
    }),
    batchSize: meter.createHistogram('kafka.producer.batch.size', {
      unit: '{message}',
      description: 'Records sent in one batch',
      advice: { explicitBucketBoundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
    }),
    rebalances: meter.createCounter('kafka.consumer.rebalances', {
      unit: '{rebalance}',
      description: 'Assignments received',
    }),
    lag: meter.createObservableGauge('kafka.consumer.lag', {
      unit: '{message}',
      description: 'Records of a partition that are not finished: its end minus the offset that would be committed',
    }),
    oldestUnfinished: meter.createObservableGauge('kafka.consumer.oldest_unfinished', {
      unit: 's',
      description: 'Age of the oldest record of a partition that is delivered and not finished',
    }),
    unfinished: meter.createObservableGauge('kafka.consumer.unfinished', {
      unit: '{message}',
      description: 'Records of a partition that are held in memory, waiting, running or in backoff',
    }),
    failed: meter.createObservableGauge('kafka.consumer.failed', {
      unit: '{partition}',
      description: '1 for each partition that cannot be read (refused, or damaged) and is left out until it can',
    }),
    lanes: meter.createObservableGauge('kafka.consumer.lanes', {
      unit: '{lane}',
      description: 'Lanes with work, by state: running, ready or backoff',
    }),
    waiting: meter.createObservableGauge('kafka.producer.waiting', {
      unit: '{message}',
      description: 'Records that wait to be sent',
    }),
  }
}

export type Instruments = ReturnType<typeof create>

let instruments: Instruments | undefined

/** Made at first use, so that a meter provider that was set before then is the one that counts. */
export function kafkaInstruments(): Instruments {
  return (instruments ??= create(kafkaMeter()))
}

export function kafkaMeter(): Meter {
  return metrics.getMeter(SCOPE)
}

export function kafkaTracer(): Tracer {
  return trace.getTracer(SCOPE)
}

/** Attributes that every messaging span and metric has. No keys: they may be phone numbers. */
export function messagingAttributes(
  operation: 'send' | 'process' | 'commit',
  destination: string | undefined,
): Attributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation === 'commit' ? 'settle' : operation,
    ...(destination === undefined ? {} : { 'messaging.destination.name': destination }),
  }
}
