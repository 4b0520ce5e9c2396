import { sizeOfVarint } from './varint.ts'

/** What a record batch (format 2) costs before its first record: KIP-98's header. */
export const BATCH_OVERHEAD_BYTES = 61
/** Offset and timestamp deltas grow with a record's place in its batch; alone both are one byte. */
export const DELTA_GROWTH_BYTES = 8

/** Bytes of one record inside a batch, uncompressed; exact for a record that is alone in it. @param fields bytes of its key, value and headers */
export function recordBytes(fields: number): number {
  return framedBytes(bodyBytes(fields, 0))
}

/** Attributes and timestamp delta are one byte each here: all records of a batch have its time. */
export function bodyBytes(fields: number, offsetDelta: number): number {
  return 2 + sizeOfVarint(offsetDelta) + fields
}

/** With the length in front. */
export function framedBytes(body: number): number {
  return sizeOfVarint(body) + body
}
