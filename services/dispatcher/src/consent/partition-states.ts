import { decodeEvent } from '@imchannel/events'
import { isLater } from '@imchannel/facts'
import type { ConsentRecord } from '@imchannel/facts'
import { readRange, topicOffsets } from '@imchannel/kafka'
import type { IncomingRecord, KafkaClient } from '@imchannel/kafka'
import { isBare, recordOf } from './to-record.ts'
import { sinceOf } from './tombstone.ts'

/** What a key of the compacted topic has. */
export interface Held {
  readonly record: ConsentRecord
  /** When the change was written that it was made of, epoch ms of Kafka; of what another writer wrote, when it wrote that. */
  readonly writtenAt: number
  /** Without evidence: as it stands where a person was forgotten. */
  readonly isBare: boolean
  /** Where it stands in the partition, where that is known. */
  readonly offset: bigint | undefined
}

/** What the partitions of the compacted topic say now, as far as this instance writes them. */
export interface PartitionStates {
  /** These are written by this instance from now on: what stands in them, also of another writer, is read before anything is written. */
  own(partitions: readonly number[]): void
  owned(): number[]
  /** Resolves once all that stands in the partition is known. @throws where it cannot be read; the next call tries again */
  ready(partition: number): Promise<void>
  /** Reads on: what another writer wrote late, after the partition had become this one's. @throws where it cannot be read */
  readOn(): Promise<void>
  /** Whether a record says more than what its key has. */
  isNews(partition: number, key: string, record: ConsentRecord): boolean
  /** It is stored. */
  stored(partition: number, key: string, held: Held): void
  /** It is taken away. */
  removed(partition: number, key: string): void
  held(partition: number, key: string): Held | undefined
  keys(partition: number): string[]
  /** Keys whose last record in the topic is older than what they have: a writer that had lost the partition wrote late. */
  overwritten(partition: number): string[]
}

interface Partition {
  /** Where reading goes on. */
  next: bigint
  readonly records: Map<string, Held>
  readonly overwritten: Set<string>
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
    const known = partitions.get(partition) ?? { next: 0n, records: new Map<string, Held>(), overwritten: new Set() }
    partitions.set(partition, known)
    return known
  }

  /** Reads on from where it left off: what an earlier owner wrote meanwhile is merged, in whichever order it was. */
  async function catchUp(wanted: ReadonlyMap<number, Partition>): Promise<void> {
    const ends = new Map((await topicOffsets(client, topic)).map(({ partition, high }) => [partition, high]))
    const from = new Map([...wanted].map(([partition, { next }]) => [partition, next]))
    const to = new Map([...wanted.keys()].map((partition) => [partition, ends.get(partition) ?? 0n]))
    if ([...to].every(([partition, end]) => end <= (from.get(partition) ?? 0n))) return
    const edges = { from: { offsets: from }, to: { offsets: to } }
    for await (const read of readRange(client, { topic, ...edges, groupPrefix, signal })) {
      const state = wanted.get(read.partition)
      if (state !== undefined) takeRead(state, read)
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
    owned: () => [...partitions.keys()],
    ready: (partition) => pending.get(partition) ?? begin([partition]),
    readOn: async () => {
      const first = await Promise.allSettled(pending.values())
      if (first.every(({ status }) => status === 'fulfilled')) await catchUp(new Map(partitions))
    },
    isNews: (partition, key, record) => {
      const known = partitions.get(partition)?.records.get(key)
      return known === undefined || isLater(record, known.record)
    },
    stored: (partition, key, held) => {
      const { records, overwritten } = partitionOf(partition)
      records.set(key, held)
      overwritten.delete(key)
    },
    removed: (partition, key) => {
      const { records, overwritten } = partitionOf(partition)
      records.delete(key)
      overwritten.delete(key)
    },
    held: (partition, key) => partitions.get(partition)?.records.get(key),
    keys: (partition) => [...(partitions.get(partition)?.records.keys() ?? [])],
    overwritten: (partition) => [...(partitions.get(partition)?.overwritten ?? [])],
  }
}

function takeRead({ records, overwritten }: Partition, read: IncomingRecord): void {
  const key = read.key?.toString() ?? ''
  const known = records.get(key)
  const offset = BigInt(read.offset)
  // Older than what this instance stored itself meanwhile.
  if (known?.offset !== undefined && offset < known.offset) return
  if (read.value === null) {
    // Of what is no longer there: a writer that had lost the partition took it away.
    if (known !== undefined && known.record.since > sinceOf(read)) return void overwritten.add(key)
    // Taken away: whatever was said under the key is as if it had never been.
    records.delete(key)
    overwritten.delete(key)
    return
  }
  const decoded = decodeEvent(read)
  if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.consent.recorded.v1') return
  const { data } = decoded.event
  const held = { record: recordOf(data), writtenAt: read.timestamp, isBare: isBare(data), offset }
  if (known === undefined || !isLater(known.record, held.record)) {
    // What this instance wrote knows better when its change was written.
    const isOwn = known?.offset === offset
    records.set(key, isOwn ? known : held)
    overwritten.delete(key)
  } else overwritten.add(key)
}
