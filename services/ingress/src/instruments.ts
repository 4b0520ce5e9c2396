import { type Counter, type Histogram, metrics } from '@opentelemetry/api'
import type { CostRecorded } from '@imchannel/events'
import { durationBuckets } from '@imchannel/telemetry'
import type { WebhookKind } from '@imchannel/infobip'
import { createCostCounters } from './cost-counters.ts'

/** How a webhook was answered: `stored`, `empty`, or a code of the catalogue of errors; `cut` where the sender went away. */
export type WebhookOutcome = 'stored' | 'empty' | 'cut' | (string & {})

/** What became of one result. */
export type ResultOutcome = 'published' | 'repeated' | 'not_stored'

/** One function for each thing that happens; none of them throws. */
export interface Instruments {
  webhookAnswered(tenant: string, outcome: WebhookOutcome, seconds: number): void
  resultsHandled(tenant: string, kinds: ReadonlyMap<WebhookKind, number>, outcome: ResultOutcome): void
  batchReceived(results: number): void
  eventsPublished(topic: string, count: number): void
  authenticationFailed(tenant: string): void
  unknownNumber(tenant: string): void
  handlingFailed(tenant: string): void
  redisFailed(operation: 'look_up' | 'remember' | 'release' | 'connect'): void
  kafkaFailed(reason: string): void
  originalsOmitted(count: number): void
  /** A message’s cost is written down, or its price after that. */
  costRecorded(cost: CostRecorded): void
  /** The phone has it: so long after Infobip took it. */
  delivered(tenant: string, seconds: number): void
}

interface Sources {
  /** Bytes of bodies that are being read or wait for Kafka. */
  readonly heldBytes: () => number
  readonly configChecksum: () => string
}

/** Makes the instruments; after telemetry has been started. */
export function createInstruments({ heldBytes, configChecksum }: Sources): Instruments {
  const meter = metrics.getMeter('imchannel')
  const webhooks: Counter = meter.createCounter('imchannel.webhooks', {
    description: 'Webhooks answered, by outcome',
  })
  const results: Counter = meter.createCounter('imchannel.webhook.results', {
    description: 'Results of webhooks, by kind and outcome',
  })
  const batches: Histogram = meter.createHistogram('imchannel.webhook.batch', {
    description: 'Results in a webhook',
    advice: { explicitBucketBoundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000] },
  })
  const acks: Histogram = meter.createHistogram('imchannel.webhook.ack.duration', {
    unit: 's',
    description: 'From the arrival of a webhook to its answer, where it was stored',
    advice: { explicitBucketBoundaries: durationBuckets },
  })
  const events: Counter = meter.createCounter('imchannel.events.published', {
    description: 'Events that Kafka confirmed, by topic',
  })
  const failures: Counter = meter.createCounter('imchannel.webhook.auth.failures', {
    description: 'Webhooks with refused credentials',
  })
  const strangers: Counter = meter.createCounter('imchannel.webhook.unknown.numbers', {
    description: 'Webhooks for a number of no account of the tenant',
  })
  const throws: Counter = meter.createCounter('imchannel.handler.failures', {
    description: 'Results whose handling threw, set aside alone',
  })
  const redis: Counter = meter.createCounter('imchannel.redis.errors', {
    description: 'Failed uses of Redis, by operation',
  })
  const kafka: Counter = meter.createCounter('imchannel.kafka.errors', {
    description: 'Records that were not confirmed, by reason',
  })
  const omitted: Counter = meter.createCounter('imchannel.events.original.omitted', {
    description: 'Events that were too large with their original',
  })
  const delivery: Histogram = meter.createHistogram('imchannel.command.delivered.duration', {
    unit: 's',
    description: 'From the acceptance of a command by Infobip to the report that it was delivered',
    advice: { explicitBucketBoundaries: [0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400] },
  })
  const costs = createCostCounters(meter)
  meter
    .createObservableGauge('imchannel.webhook.held', {
      unit: 'By',
      description: 'Bodies being read or waiting for Kafka',
    })
    .addCallback((result) => result.observe(heldBytes()))
  meter
    .createObservableGauge('imchannel.configuration.info', {
      description: '1, with the checksum of the configuration in force',
    })
    .addCallback((result) => result.observe(1, { checksum: configChecksum() }))
  // There from the start: a rate over a counter that begins with its first error misses that one.
  throws.add(0)
  for (const operation of ['look_up', 'remember', 'release', 'connect']) redis.add(0, { operation })
  for (const reason of ['timeout', 'overloaded', 'unconfirmed', 'rejected']) kafka.add(0, { reason })

  return {
    webhookAnswered: (tenant, outcome, seconds) => {
      webhooks.add(1, { tenant, outcome })
      if (outcome === 'stored') acks.record(seconds, { tenant })
    },
    resultsHandled: (tenant, kinds, outcome) => {
      for (const [kind, count] of kinds) results.add(count, { tenant, kind, outcome })
    },
    batchReceived: (count) => batches.record(count),
    eventsPublished: (topic, count) => events.add(count, { topic }),
    authenticationFailed: (tenant) => failures.add(1, { tenant }),
    unknownNumber: (tenant) => strangers.add(1, { tenant }),
    handlingFailed: (tenant) => throws.add(1, { tenant }),
    redisFailed: (operation) => redis.add(1, { operation }),
    kafkaFailed: (reason) => kafka.add(1, { reason }),
    originalsOmitted: (count) => omitted.add(count),
    costRecorded: (cost) => costs.count(cost),
    delivered: (tenant, seconds) => delivery.record(Math.max(0, seconds), { tenant }),
  }
}
