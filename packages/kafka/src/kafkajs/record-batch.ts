import { crc32c } from './crc32c.ts'

/** The header of a record batch (format 2, KIP-98), and its records as they came, still compressed. */
export interface RecordBatch {
  readonly firstOffset: number
  /** Of the last record that was written into it, which compaction may have removed since. */
  readonly lastOffset: number
  readonly count: number
  /** Kafka's number; 0 for none. */
  readonly codec: number
  readonly isControl: boolean
  readonly isTransactional: boolean
  readonly producerId: bigint
  readonly firstTimestamp: number
  /** The broker's time, where the topic has that instead of the producer's. */
  readonly appendTime: number | undefined
  readonly records: Buffer
}

/** Before the length has been read through: first offset and length. */
const PREFIX_BYTES = 12
const HEADER_BYTES = 61
const MAGIC_AT = 16
const CRC_AT = 17
const ATTRIBUTES_AT = 21

/** Whether the bytes, as a fetch response has them, are batches of this format; older logs may hold message sets. */
export function isRecordBatch(bytes: Buffer): boolean {
  return bytes.length <= MAGIC_AT || bytes.readInt8(MAGIC_AT) === 2
}

/**
 * Reads one after another, up to one that the response has cut off.
 *
 * @throws RangeError where one is damaged; those before it were yielded.
 */
export function* recordBatches(bytes: Buffer): Generator<RecordBatch, void, void> {
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const end = at + PREFIX_BYTES + bytes.readInt32BE(at + 8)
    if (end > bytes.length) return
    if (end < at + HEADER_BYTES) throw new RangeError('a batch is shorter than its header')
    const batch = bytes.subarray(at, end)
    if (batch.readUInt32BE(CRC_AT) !== crc32c(batch.subarray(ATTRIBUTES_AT)))
      throw new RangeError('the checksum of a batch is wrong')
    yield readHeader(batch)
    at = end
  }
}

function readHeader(batch: Buffer): RecordBatch {
  const attributes = batch.readInt16BE(ATTRIBUTES_AT)
  const firstOffset = Number(batch.readBigInt64BE(0))
  return {
    firstOffset,
    lastOffset: firstOffset + batch.readInt32BE(23),
    count: batch.readInt32BE(57),
    codec: attributes & 0x07,
    isControl: (attributes & 0x20) !== 0,
    isTransactional: (attributes & 0x10) !== 0,
    producerId: batch.readBigInt64BE(43),
    firstTimestamp: Number(batch.readBigInt64BE(27)),
    appendTime: (attributes & 0x08) === 0 ? undefined : Number(batch.readBigInt64BE(35)),
    records: batch.subarray(HEADER_BYTES),
  }
}
