import { decodeEvent } from '@imchannel/events'
import { isLater } from '@imchannel/facts'
import type { ConsentRecord } from '@imchannel/facts'
import { readRange, topicOffsets } from '@imchannel/kafka'
import type { IncomingRecord, KafkaClient } from '@imchannel/kafka'
import { recordOf } from './to-record.ts'

/** What the partitions of the compacted topic say now, as far as this instance writes them. */
export interface PartitionStates {
  /** These are written by this instance from now on: what stands in them, also of another writer, is read before anything is written. */
  own(partitions: readonly number[]): void
  /** Resolves once all that stands in the partition is known. @throws where it cannot be read; the next call tries again */
  ready(partition: number): Promise<void>
  /** Whether a record says more than what its key has. */
  isNews(partition: number, key: string, record: ConsentRecord): boolean
  /** It is stored. */
  stored(partition: number, key: string, record: ConsentRecord): void
}

interface Partition {
  /** Where reading goes on. */
  next: bigint
  readonly records: Map<string, ConsentRecord>
}

export interface PartitionStatesOptions {
  client: KafkaClient
  topic: string
  groupPrefix: string
  signal: AbortSignal
}

export function createPartitionStates({ client, topic, groupPrefix, signal }: PartitionStatesOptions): PartitionStates {
  const partitions = new Map<number, Partition>()
  const pending = new Map<number, Promise<void>>()

  function partitionOf(partition: number): Partition {
    const known = partitions.get(partition) ?? { next: 0n, records: new Map<string, ConsentRecord>() }
    partitions.set(partition, known)
    return known
  }

  /** Reads on from where it left off: what an earlier owner wrote meanwhile is merged, in whichever order it was. */
  async function catchUp(wanted: ReadonlyMap<number, Partition>): Promise<void> {
    const ends = new Map((await topicOffsets(client, topic)).map(({ partition, high }) => [partition, high]))
    const from = new Map([...wanted].map(([partition, { next }]) => [partition, next]))
    const to = new Map([...wanted.keys()].map((partition) => [partition, ends.get(partition) ?? 0n]))
    const edges = { from: { offsets: from }, to: { offsets: to } }
    for await (const read of readRange(client, { topic, ...edges, groupPrefix, signal })) {
      const records = wanted.get(read.partition)?.records
      if (records !== undefined) takeRead(records, read)
    }
    for (const [partition, state] of wanted) state.next = to.get(partition) ?? 0n
  }

  function begin(numbers: readonly number[]): Promise<void> {
    const wanted = new Map(numbers.map((partition) => [partition, partitionOf(partition)]))
    const work = catchUp(wanted)
    for (const partition of numbers) pending.set(partition, work)
    work.catch(() => {
      for (const partition of numbers) if (pending.get(partition) === work) pending.delete(partition)
    })
    return work
  }

  return {
    own: (wanted) => {
      for (const partition of partitions.keys()) if (!wanted.includes(partition)) partitions.delete(partition)
      pending.clear()
      if (wanted.length > 0) void begin(wanted).catch(() => undefined)
    },
    ready: (partition) => pending.get(partition) ?? begin([partition]),
    isNews: (partition, key, record) => {
      const known = partitions.get(partition)?.records.get(key)
      return known === undefined || isLater(record, known)
    },
    stored: (partition, key, record) => take(partitionOf(partition).records, key, record),
  }
}

function takeRead(records: Map<string, ConsentRecord>, read: IncomingRecord): void {
  // Taken away: whatever was said under the key is as if it had never been.
  if (read.value === null) return void records.delete(read.key?.toString() ?? '')
  const decoded = decodeEvent(read)
  if (decoded.outcome === 'event' && decoded.event.type === 'imchannel.consent.recorded.v1')
    take(records, decoded.event.key, recordOf(decoded.event.data))
}

function take(records: Map<string, ConsentRecord>, key: string, record: ConsentRecord): void {
  const known = records.get(key)
  if (known === undefined || isLater(record, known)) records.set(key, record)
}
