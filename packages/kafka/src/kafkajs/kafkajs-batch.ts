import type { Batch, KafkaMessage } from 'kafkajs'
import type { FetchedBatch } from './group-session.ts'
import type { IncomingRecord } from '../records.ts'

/** A batch of kafkajs in this package's words. */
export function toFetchedBatch(batch: Batch): FetchedBatch {
  const { topic, partition } = batch
  return {
    topic,
    partition,
    // Not in kafkajs's declarations, though in every release of version 2. The first record's offset would hide a gap before it.
    askedFor: Number((batch as { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset()),
    count: batch.messages.length,
    at: (place) => {
      const message = batch.messages[place]
      if (message === undefined) throw new RangeError(`a batch of ${batch.messages.length} has no record ${place}`)
      return toRecord(topic, partition, message)
    },
    nextOffset: Number(batch.lastOffset()) + 1,
    endOffset: Number(batch.highWatermark),
  }
}

/** What to give to kafkajs's `resolveOffset` so that it goes on after the batch. */
export function resolvedOffset(batch: Batch): string {
  // Markers after the last visible record are resolved together with that one, and cannot be named by themselves.
  return batch.messages.at(-1)?.offset ?? batch.lastOffset()
}

function toRecord(topic: string, partition: number, message: KafkaMessage): ReturnType<FetchedBatch['at']> {
  const { key, value, offset, timestamp } = message
  const headers: IncomingRecord['headers'] = {}
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, given] of Object.entries(message.headers ?? {})) {
    const last = Array.isArray(given) ? given.at(-1) : given
    const header = typeof last === 'string' ? Buffer.from(last) : last
    headers[name] = header
    bytes += name.length + (header?.length ?? 0)
  }
  return {
    offset: Number(offset),
    bytes,
    record: { topic, partition, offset, timestamp: Number(timestamp), key, value, headers },
  }
}
