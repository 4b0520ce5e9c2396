import { gzipSync, zstdCompressSync } from 'node:zlib'
import { lz4Compress, snappyCompress } from '@platformatic/wasm-utils'
import { expect, test } from 'vitest'
import { decompress, MAX_DECOMPRESSED_BYTES, UnreadableBatch } from './decompress.ts'

const text = Buffer.from(JSON.stringify(Array.from({ length: 5_000 }, (_, index) => ({ index, text: 'hello' }))))
const blanks = Buffer.alloc(MAX_DECOMPRESSED_BYTES + 1, ' ')

/** As snappy-java writes it: a magic, two versions, and blocks with their lengths. */
function xerial(bytes: Buffer): Buffer {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
  const blocks = Array.from({ length: Math.ceil(bytes.length / 32_768) }, (_, index) => {
    const block = snappyCompress(bytes.subarray(index * 32_768, (index + 1) * 32_768))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(block.length)
    return Buffer.concat([length, block])
  })
  return Buffer.concat([header, ...blocks])
}

const codecs = [
  ['gzip', 1, gzipSync],
  ['snappy', 2, snappyCompress],
  ['snappy in frames of snappy-java', 2, xerial],
  ['lz4', 3, lz4Compress],
  ['zstd', 4, zstdCompressSync],
] as const

test.each(codecs)('%s is decompressed', async (_name, codec, compress) => {
  expect((await decompress(codec, compress(text))).equals(text)).toBe(true)
  expect(await decompress(codec, compress(Buffer.alloc(0)))).toHaveLength(0)
})

test.each(codecs)('%s that holds more than is allowed is refused', async (_name, codec, compress) => {
  expect(await decompress(codec, compress(blanks.subarray(1)))).toHaveLength(MAX_DECOMPRESSED_BYTES)
  await expect(decompress(codec, compress(blanks))).rejects.toThrow('more than 32 MiB')
})

test.each(codecs)('%s that is cut off or none at all is refused', async (_name, codec, compress) => {
  const whole = compress(text)
  for (const broken of [whole.subarray(0, whole.length / 2), Buffer.from('no such thing'), Buffer.alloc(40, 0xff)]) {
    await expect(decompress(codec, broken)).rejects.toThrow(UnreadableBatch)
  }
})

test('a codec that Kafka does not have is refused', async () => {
  await expect(decompress(7, text)).rejects.toThrow('compression (number 7) is not known')
})
