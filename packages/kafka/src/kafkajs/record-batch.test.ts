import { snappyCompress } from '@platformatic/wasm-utils'
import { expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'
import { decodeRecord, indexRecords } from './decode-records.ts'
import { UnreadableBatch } from './decompress.ts'
import { encodeFields } from './encode-fields.ts'
import { recordBatches } from './record-batch.ts'
import { sizeOfVarint, writeVarint } from './varint.ts'

const FIRST_OFFSET = 100
const FIRST_TIMESTAMP = 1_700_000_000_000

interface Written {
  offsetDelta?: number
  timestampDelta?: number
  key?: string | null
  value?: string | null
  headers?: Parameters<typeof encodeFields>[2]
}

function varint(value: number): Buffer {
  const bytes = Buffer.alloc(sizeOfVarint(value))
  writeVarint(bytes, value, 0)
  return bytes
}

function recordOf({ offsetDelta = 0, timestampDelta = 0, key = null, value = null, headers }: Written): Buffer {
  const { bytes } = encodeFields(key, value, headers)
  const record = Buffer.concat([Buffer.from([0]), varint(timestampDelta), varint(offsetDelta), bytes])
  return Buffer.concat([varint(record.length), record])
}

/** A batch as a broker gives it; `attributes` are the codec, and the bits of KIP-98. */
function batchOf(records: Buffer, count: number, { attributes = 0, maxTimestamp = 0n } = {}): Buffer {
  const header = Buffer.alloc(61)
  header.writeBigInt64BE(BigInt(FIRST_OFFSET), 0)
  header.writeInt32BE(61 - 12 + records.length, 8)
  header.writeInt8(2, 16)
  header.writeInt16BE(attributes, 21)
  header.writeInt32BE(count - 1, 23)
  header.writeBigInt64BE(BigInt(FIRST_TIMESTAMP), 27)
  header.writeBigInt64BE(maxTimestamp, 35)
  header.writeInt32BE(count, 57)
  const batch = Buffer.concat([header, records])
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

function readAll(bytes: Buffer, from = 0) {
  return [...recordBatches(bytes)].flatMap((batch) => {
    const index = indexRecords(batch, batch.records, from)
    return index.starts.map((_, place) => decodeRecord(index, place))
  })
}

test('records are read as they were written', () => {
  const records = [
    { key: 'k', value: 'v' },
    { offsetDelta: 1, timestampDelta: -5, value: '' },
    { offsetDelta: 2_000, key: '' },
  ]
  expect(readAll(batchOf(Buffer.concat(records.map(recordOf)), 3))).toEqual([
    { offset: 100, timestamp: FIRST_TIMESTAMP, key: Buffer.from('k'), value: Buffer.from('v'), headers: [] },
    { offset: 101, timestamp: FIRST_TIMESTAMP - 5, key: null, value: Buffer.alloc(0), headers: [] },
    { offset: 2_100, timestamp: FIRST_TIMESTAMP, key: Buffer.alloc(0), value: null, headers: [] },
  ])
})

test('headers keep their order, their repetitions, their absent values and their bytes', () => {
  const odd = Buffer.from([0xff, 0, 0xc3])
  const headers = [
    { name: Buffer.from('hop'), value: Buffer.from('b') },
    { name: Buffer.from('a'), value: null },
    { name: odd, value: odd },
    { name: Buffer.from('hop'), value: Buffer.alloc(0) },
    { name: Buffer.alloc(0), value: Buffer.alloc(70_000, 'x') },
  ]
  expect(readAll(batchOf(recordOf({ headers }), 1))[0]?.headers).toEqual(headers)
})

test('records below the offset that was asked for are left out', () => {
  const records = [0, 1, 2].map((offsetDelta) => recordOf({ offsetDelta }))
  expect(readAll(batchOf(Buffer.concat(records), 3), 101).map(({ offset }) => offset)).toEqual([101, 102])
})

test('the time is the broker’s where the topic has that', () => {
  expect(readAll(batchOf(recordOf({}), 1, { attributes: 0x08, maxTimestamp: 7n }))[0]?.timestamp).toBe(7)
})

test('a batch that the response has cut off is left for the next fetch', () => {
  const batch = batchOf(recordOf({}), 1)
  expect(readAll(Buffer.concat([batch, batch.subarray(0, batch.length - 1)]))).toHaveLength(1)
  expect(readAll(batch.subarray(0, 30))).toEqual([])
})

test('a checksum that is wrong is found before anything is read', () => {
  const batch = batchOf(recordOf({ value: 'v' }), 1)
  batch[batch.length - 2] = 0xff
  expect(() => readAll(batch)).toThrow('checksum')
})

test.each([
  ['says more records than it has', recordOf({}), 2],
  ['is not decompressed', snappyCompress(Buffer.alloc(100)), 1],
])('a batch that %s is unreadable', (_what, records, count) => {
  expect(() => readAll(batchOf(records, count))).toThrow(UnreadableBatch)
})
