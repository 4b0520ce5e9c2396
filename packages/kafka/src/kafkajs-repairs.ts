import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'
import { crc32c } from './crc32c.ts'
import { encodeRecord } from './encode-record.ts'

const require = createRequire(import.meta.url)

interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null
  throttledUntil: number
  pending: readonly unknown[]
  checkPendingRequests(): void
}

/** How often a request that waits for a free place in the queue is looked at again; kafkajs's own figure. */
const PENDING_CHECK_MS = 10

/**
 * kafkajs 2.2.4 arms this timer for ever with a negative delay, which Node makes 1 ms and, from 24 on, warns about
 * (tulios/kafkajs#1751): an idle connection burns CPU. Here it is armed only while something waits.
 */
function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null) return
  const wait = this.throttledUntil - Date.now()
  if (this.pending.length === 0 && wait <= 0) return
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    },
    wait > 0 ? wait : PENDING_CHECK_MS,
  )
}

let repaired = false

/** Mends, once a process, what kafkajs gets wrong as a whole; everything else is mended where it is used. */
export function repairKafkajs(): void {
  if (repaired) return
  repaired = true
  // Version 2's default partitioner is Java's murmur2, so its warning to upgraders says nothing here.
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1'

  // The package is CommonJS without an exports map, and its declaration files stop at the public classes.
  const queue = require('kafkajs/src/network/requestQueue/index.js') as { prototype: object }
  Object.assign(queue.prototype, { scheduleCheckPendingRequests })

  // Before the first produce request is made: it takes the modules' functions for good.
  replaceModule('kafkajs/src/protocol/recordBatch/record/v0/index.js', encodeRecord)
  replaceModule('kafkajs/src/protocol/recordBatch/crc32C/index.js', crc32c)

  const compress = promisify(zstdCompress)
  const decompress = promisify(zstdDecompress)
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: (encoder: { buffer: Buffer }) => compress(encoder.buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  })
}

/** Both replacements give the same bytes, which their tests hold against kafkajs's own; they only cost less. */
function replaceModule(name: string, exports: unknown): void {
  require(name)
  const loaded = require.cache[require.resolve(name)]
  if (loaded !== undefined) loaded.exports = exports
}
