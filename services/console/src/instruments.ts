import { metrics } from '@opentelemetry/api'
import type { Counter, Histogram, ObservableGauge } from '@opentelemetry/api'

/** Everything that the console counts, under the names that docs/observability.md uses. */
export interface Instruments {
  /** Records of Kafka that the store took, by kind. */
  projected: Counter
  /** Records that nobody could read. */
  unreadable: Counter
  /** How long the store took to take a batch. */
  storeWrites: Histogram
  /** Requests of the API, by operation and status. */
  requests: Counter
  /** Logins, by outcome. */
  logins: Counter
  /** Reveals and replays, by action and outcome. */
  actions: Counter
  /** Pages that are being kept up to date. */
  listeners: ObservableGauge
  /** Records that Kafka has and the store has not. */
  behind: ObservableGauge
  /** 1, with the checksum of the configuration in force as label. */
  configInfo: ObservableGauge
}

export function createInstruments(): Instruments {
  const meter = metrics.getMeter('imchannel')
  const counter = (name: string, description: string): Counter =>
    meter.createCounter(`imchannel.console.${name}`, { description })
  const gauge = (name: string, description: string): ObservableGauge =>
    meter.createObservableGauge(`imchannel.console.${name}`, { description })
  return {
    projected: counter('projected', 'Records of Kafka that the store took, by kind'),
    unreadable: counter('unreadable', 'Records of Kafka that could not be read, by topic'),
    storeWrites: meter.createHistogram('imchannel.console.store.write.duration', {
      description: 'How long the store took to take a batch',
      unit: 's',
    }),
    requests: counter('requests', 'Requests of the API, by operation and status'),
    logins: counter('logins', 'Logins, by outcome'),
    actions: counter('actions', 'Reveals and replays, by action and outcome'),
    listeners: gauge('listeners', 'Pages that are being kept up to date'),
    behind: gauge('behind', 'Records that Kafka has and the store has not'),
    configInfo: meter.createObservableGauge('imchannel.configuration.info', {
      description: '1, with the checksum of the configuration in force',
    }),
  }
}
