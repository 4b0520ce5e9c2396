import { UnreadableBatch } from './decompress.ts'
import type { RecordBatch } from './record-batch.ts'
import type { RecordHeader } from '../records.ts'
import { readVarint, type VarintReader } from './varint.ts'

/** A record as it stands in a batch. */
export interface DecodedRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/** Where the records of a batch begin that are to be delivered. */
export interface RecordIndex {
  readonly batch: RecordBatch
  /** Decompressed. */
  readonly bytes: Buffer
  readonly starts: readonly number[]
}

/**
 * Finds the records from an offset on. They are read one by one later: a batch of tiny ones has hundreds of thousands.
 *
 * @throws UnreadableBatch where the bytes are not what the header says.
 */
export function indexRecords(batch: RecordBatch, bytes: Buffer, from: number): RecordIndex {
  const starts: number[] = []
  const reader: VarintReader = { bytes, at: 0 }
  try {
    for (let left = batch.count; left > 0; left--) {
      const length = readVarint(reader)
      const start = reader.at
      if (length <= 0 || start + length > bytes.length) throw new RangeError('a record is cut off')
      reader.at = start + 1
      readVarint(reader)
      if (batch.firstOffset + readVarint(reader) >= from) starts.push(start)
      reader.at = start + length
    }
  } catch (error) {
    throw new UnreadableBatch('its batch is damaged', { cause: error })
  }
  return { batch, bytes, starts }
}

/** @throws RangeError where the record is damaged */
export function decodeRecord({ batch, bytes, starts }: RecordIndex, place: number): DecodedRecord {
  const start = starts[place]
  if (start === undefined) throw new RangeError(`a batch of ${starts.length} has no record ${place}`)
  // What is decompressed is copied out, so that one record does not keep the whole of its batch in memory.
  const reader: VarintReader & { copies: boolean } = { bytes, at: start + 1, copies: batch.codec !== 0 }
  const timestamp = batch.firstTimestamp + readVarint(reader)
  const offset = batch.firstOffset + readVarint(reader)
  const key = readField(reader)
  const value = readField(reader)
  const headers: RecordHeader[] = []
  for (let left = readVarint(reader); left > 0; left--) {
    headers.push({ name: readField(reader) ?? Buffer.alloc(0), value: readField(reader) })
  }
  return { offset, timestamp: batch.appendTime ?? timestamp, key, value, headers }
}

function readField(reader: VarintReader & { copies: boolean }): Buffer | null {
  const length = readVarint(reader)
  if (length < 0) return null
  const end = reader.at + length
  if (end > reader.bytes.length) throw new RangeError('a field of a record is cut off')
  const field = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return reader.copies ? Buffer.from(field) : field
}

/** The offset of a record, which `indexRecords` has found to be readable. */
export function offsetAt({ batch, bytes, starts }: RecordIndex, place: number): number {
  const reader = { bytes, at: (starts[place] ?? 0) + 1 }
  readVarint(reader)
  return batch.firstOffset + readVarint(reader)
}
