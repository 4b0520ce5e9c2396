import { metrics } from '@opentelemetry/api'
import type { Counter, ObservableGauge } from '@opentelemetry/api'

/** Everything that the media-server counts, under the names that docs/operations.md and the dashboards use. */
export interface Instruments {
  /** HEADs and GETs of media that are there, by method, kind and status. */
  fetches: Counter
  /** Bytes sent to whoever fetched. */
  sentBytes: Counter
  /** Requests for media that are not there. */
  misses: Counter
  /** GETs for which there was no room. */
  refusedReads: Counter
  /** By outcome: stored, or the code of the refusal. */
  uploads: Counter
  uploadedBytes: Counter
  removals: Counter
  /** Customers' media, by outcome: kept, fetched, gone, refused … */
  inbound: Counter
  /** `imchannel.media.fetched`, by outcome: published or dropped. */
  events: Counter
  redisErrors: Counter
  /** Bytes that media hold in Redis. */
  storedBytes: ObservableGauge
  /** 1, with the checksum of the configuration in force as label. */
  configInfo: ObservableGauge
}

export function createInstruments(): Instruments {
  const meter = metrics.getMeter('imchannel')
  const counter = (name: string, description: string, unit?: string): Counter =>
    meter.createCounter(`imchannel.media.${name}`, { description, ...(unit === undefined ? {} : { unit }) })
  const redisErrors = meter.createCounter('imchannel.redis.errors', {
    description: 'Requests that failed for want of Redis',
  })
  // There from the start: a rate over a counter that begins with its first error misses that one.
  redisErrors.add(0)
  return {
    fetches: counter('fetches', 'HEADs and GETs of media that are there, by method, kind and status'),
    sentBytes: counter('sent', 'Bytes of media sent to whoever fetched them', 'By'),
    misses: counter('misses', 'Requests for media that are not there, by reason'),
    refusedReads: counter('refused_reads', 'GETs of media that were refused as too many were being answered'),
    uploads: counter('uploads', 'Uploads, by outcome'),
    uploadedBytes: counter('uploaded', 'Bytes of media that were uploaded', 'By'),
    removals: counter('removals', 'Media removed by their owners'),
    inbound: counter('inbound', 'Requests for customers’ media, by outcome'),
    events: counter('events', 'media.fetched events, by outcome'),
    redisErrors,
    storedBytes: meter.createObservableGauge('imchannel.media.stored', {
      description: 'Bytes that media hold in Redis',
      unit: 'By',
    }),
    configInfo: meter.createObservableGauge('imchannel.configuration.info', {
      description: '1, with the checksum of the configuration in force',
    }),
  }
}
