import type { Batch } from 'kafkajs'
import { type DecodedRecord, decodeRecord, indexRecords, offsetAt } from './decode-records.ts'
import { decompress, UnreadableBatch } from './decompress.ts'
import type { FetchedBatch } from './group-session.ts'
import type { RawMessage } from './raw-batches.ts'
import type { RecordBatch } from './record-batch.ts'
import { lastHeaders } from '../headers.ts'
import type { TopicPartition } from '../records.ts'

/** What a batch of kafkajs has: whole batches of Kafka, or, from logs older than format 2, messages. */
export type FetchedMessage = RawMessage | Batch['messages'][number]

/** Beyond this no further batch is decompressed for one delivery: the rest is fetched again. */
const ENOUGH_BYTES = 1024 * 1024
/** So many records of an unreadable batch are set aside one by one; a larger one is one record with the range in its reason. */
const MOST_SET_ASIDE = 1_000

interface Segment {
  readonly count: number
  at(place: number): DecodedRecord & { unreadable?: string }
}

/** Why a partition could not be read, if that is all that came. */
export function failureOf(batch: Batch): Error | undefined {
  const [first] = batch.messages as readonly FetchedMessage[]
  return first !== undefined && 'failure' in first ? first.failure : undefined
}

/** A batch of kafkajs in this package's words, and what to give to `resolveOffset` so that kafkajs goes on after it. */
export async function toFetchedBatch(batch: Batch): Promise<FetchedBatch & { resolve: string }> {
  const { topic, partition } = batch
  // Not in kafkajs's declarations, though in every release of version 2. The first record's offset would hide a gap before it.
  const askedFor = Number((batch as { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset())
  const messages = (batch.messages as readonly FetchedMessage[]).filter((one) => !('failure' in one))
  const segments: Segment[] = []
  let bytes = 0
  for (const message of messages) {
    if (bytes >= ENOUGH_BYTES) break
    const { segment, size } = await segmentOf(message, askedFor)
    segments.push(segment)
    bytes += size
  }
  const isWhole = segments.length === batch.messages.length
  const last = messages[segments.length - 1]?.offset ?? batch.lastOffset()
  return {
    topic,
    partition,
    askedFor,
    ...joined(segments, batch),
    // Markers after the last visible record are resolved together with that one, and cannot be named by themselves.
    nextOffset: Number(isWhole ? batch.lastOffset() : last) + 1,
    endOffset: Number(batch.highWatermark),
    bytes,
    resolve: last,
  }
}

/** Whether it takes memory and time to look into it. */
export function isCompressed(batch: Batch): boolean {
  return (batch.messages as readonly FetchedMessage[]).some((one) => 'batch' in one && one.batch?.codec !== 0)
}

/** What is to be delivered of one message, from an offset on; nothing where its records are not wanted by their bytes. */
export async function segmentOf(
  message: FetchedMessage,
  from: number,
  isWanted: (bytes: Buffer) => boolean = () => true,
): Promise<{ segment: Segment; size: number }> {
  if (!('batch' in message) || message.batch === undefined) return { segment: plain(message as OldMessage), size: 0 }
  const { batch } = message
  try {
    const bytes = batch.codec === 0 ? batch.records : await decompress(batch.codec, batch.records)
    if (!isWanted(bytes)) return { segment: NONE, size: bytes.length }
    const index = indexRecords(batch, bytes, from)
    const at = (place: number) => {
      try {
        return decodeRecord(index, place)
      } catch {
        return { ...unreadable(batch, 'the record is damaged'), offset: offsetAt(index, place) }
      }
    }
    return { segment: { count: index.starts.length, at }, size: bytes.length }
  } catch (error) {
    if (!(error instanceof UnreadableBatch)) throw error
    return { segment: setAside(batch, from, error.message), size: 0 }
  }
}

const NONE: Segment = {
  count: 0,
  at: () => {
    throw new RangeError('nothing of it is wanted')
  },
}

type OldMessage = Exclude<FetchedMessage, RawMessage>

function plain({ offset, timestamp, key, value }: OldMessage): Segment {
  return {
    count: 1,
    at: () => ({ offset: Number(offset), timestamp: Number(timestamp), key, value, headers: [] }),
  }
}

/** Which offsets compaction has removed cannot be known: there is a record for each that may be there. */
function setAside(batch: RecordBatch, from: number, reason: string): Segment {
  const first = Math.max(batch.firstOffset, from)
  const count = batch.lastOffset - first + 1
  if (count <= MOST_SET_ASIDE)
    return { count, at: (place) => ({ ...unreadable(batch, reason), offset: first + place }) }
  const range = `${reason}; it holds the offsets ${first} to ${batch.lastOffset}`
  return { count: 1, at: () => ({ ...unreadable(batch, range), offset: first }) }
}

function unreadable({ firstTimestamp, appendTime }: RecordBatch, reason: string) {
  return { timestamp: appendTime ?? firstTimestamp, key: null, value: null, headers: [], unreadable: reason }
}

function joined(
  segments: readonly Segment[],
  { topic, partition }: TopicPartition,
): Pick<FetchedBatch, 'count' | 'at'> {
  const count = segments.reduce((sum, one) => sum + one.count, 0)
  /** Places are asked for in their order, nearly always. */
  let current = 0
  let before = 0
  const find = (place: number): Segment => {
    if (place < before) current = before = 0
    for (let segment = segments[current]; segment !== undefined; segment = segments[++current]) {
      if (place - before < segment.count) return segment
      before += segment.count
    }
    throw new RangeError(`a batch of ${count} has no record ${place}`)
  }
  return {
    count,
    at: (place) => {
      const { offset, headers: allHeaders, ...rest } = find(place).at(place - before)
      let bytes = (rest.key?.length ?? 0) + (rest.value?.length ?? 0)
      for (const { name, value } of allHeaders) bytes += name.length + (value?.length ?? 0)
      const headers = lastHeaders(allHeaders)
      return { offset, bytes, record: { topic, partition, offset: String(offset), ...rest, headers, allHeaders } }
    },
  }
}
