import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { lz4Decompress, snappyDecompress } from '@platformatic/wasm-utils'
import { lz4ContentSize } from './lz4-content-size.ts'
import { snappyChunks, snappyContentSize } from './snappy-framing.ts'

/** Brokers bound the compressed size of a batch alone: 300 kB of gzip can be 300 MB of blanks. */
export const MAX_DECOMPRESSED_BYTES = 32 * 1024 * 1024

/** The records of a batch cannot be read, now or later. Its message is for people. */
export class UnreadableBatch extends Error {
  override name = 'UnreadableBatch'
}

const inflate = promisify(gunzip)
const inflateZstd = promisify(zstdDecompress)
const codecs: Readonly<Record<number, { name: string; decompress(bytes: Buffer): Promise<Buffer> | Buffer }>> = {
  1: { name: 'gzip', decompress: (bytes) => inflate(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES }) },
  2: { name: 'snappy', decompress: decompressSnappy },
  3: { name: 'lz4', decompress: decompressLz4 },
  4: { name: 'zstd', decompress: (bytes) => inflateZstd(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES }) },
}

/**
 * Decompresses by Kafka's number of a codec (1 gzip, 2 snappy, 3 lz4, 4 zstd).
 *
 * @throws UnreadableBatch
 */
export async function decompress(codec: number, bytes: Buffer): Promise<Buffer> {
  const known = codecs[codec]
  if (known === undefined) throw new UnreadableBatch(`its compression (number ${codec}) is not known`)
  try {
    return await known.decompress(bytes)
  } catch (error) {
    if (error instanceof UnreadableBatch) throw error
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new UnreadableBatch(`its ${known.name} compression is broken`, { cause: error })
  }
}

// The library takes no limit, so the size is found out first; both formats tell it without being decompressed.
function decompressSnappy(bytes: Buffer): Buffer {
  const chunks = snappyChunks(bytes)
  requireSize(chunks.reduce((sum, chunk) => sum + snappyContentSize(chunk), 0))
  return Buffer.concat(chunks.map((chunk) => snappyDecompress(chunk)))
}

function decompressLz4(bytes: Buffer): Buffer {
  requireSize(lz4ContentSize(bytes))
  return lz4Decompress(bytes)
}

function requireSize(bytes: number): void {
  if (bytes > MAX_DECOMPRESSED_BYTES) throw tooLarge()
}

function tooLarge(): UnreadableBatch {
  return new UnreadableBatch(`its batch is more than ${MAX_DECOMPRESSED_BYTES / 1024 / 1024} MiB without compression`)
}
