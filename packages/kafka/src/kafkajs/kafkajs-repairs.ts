import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import kafkajs from 'kafkajs'
import { decompress } from './decompress.ts'
import { type Compression, encodeProduce, type ProduceRequest } from './encode-produce.ts'
import { decodeRaw, parseRaw } from './raw-batches.ts'
import { currentSession } from './session-context.ts'

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

  // Before the first produce request is made: it takes the module's function for good.
  replaceModule('kafkajs/src/protocol/requests/produce/v3/request.js', quickerProduce)

  readRawBatches()
  for (const name of ['joinGroup/v5', 'syncGroup/v3', 'heartbeat/v3', 'leaveGroup/v3']) {
    replaceModule(`kafkajs/src/protocol/requests/${name}/request.js`, withInstanceName)
  }

  const compress = promisify(zstdCompress)
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: (encoder: { buffer: Buffer }) => compress(encoder.buffer),
    decompress: (buffer: Buffer) => decompress(kafkajs.CompressionTypes.ZSTD, buffer),
  })
}

/** The versions of a fetch's answer that have record batches and that kafkajs knows. */
const FETCH_VERSIONS = [4, 5, 6, 7, 8, 9, 10, 11]

function readRawBatches(): void {
  const responses = 'kafkajs/src/protocol/requests/fetch'
  const { createErrorFromCode } = require('kafkajs/src/protocol/error.js') as {
    createErrorFromCode: (code: number) => Error
  }
  replaceModule(`${responses}/v4/decodeMessages.js`, (original) =>
    decodeRaw(original as Parameters<typeof decodeRaw>[0]),
  )
  for (const version of FETCH_VERSIONS) {
    const name = `${responses}/v${version}/response.js`
    // A consumer before the first of ours may have loaded it, with the function that is replaced.
    delete require.cache[require.resolve(name)]
    const response = require(name) as { parse: Parameters<typeof parseRaw>[0] }
    response.parse = parseRaw(response.parse, createErrorFromCode)
  }
}

interface GroupRequest {
  readonly members?: readonly object[]
}

/** kafkajs encodes `group.instance.id` where the protocol has it, and has no option for it (tulios/kafkajs#884). */
function withInstanceName(original: unknown): (request: GroupRequest) => unknown {
  const make = original as (request: GroupRequest) => unknown // what each of these modules exports
  return (request) => {
    const session = currentSession()
    if (session?.instanceName === undefined) return make(request)
    session.isNamed = true
    const named = { groupInstanceId: session.instanceName }
    const members = request.members?.map((member) => ({ ...member, ...named }))
    return make({ ...request, ...named, ...(members === undefined ? {} : { members }) })
  }
}

type MakeProduce = (request: ProduceRequest & { compression?: number }) => { encode(): Promise<unknown> }

interface Codecs {
  readonly lookupCodec: (codec: number) => { compress(encoder: { readonly buffer: Buffer }): Promise<Buffer> }
}

/** Requests of this package's producer, whose records are encoded already; those of a bare kafkajs producer stay its own. */
function quickerProduce(original: unknown): MakeProduce {
  const make = original as MakeProduce // what the module exports, see `kafkajs/src/protocol/requests/produce/v3`
  return (request) => {
    const made = make(request)
    if (request.topicData[0]?.partitions[0]?.messages[0]?.fields === undefined) return made
    return {
      ...made,
      encode: async () => {
        const buffer = await encodeProduce(request, compressionOf(request.compression ?? 0))
        // kafkajs copies from an encoder's `buffer`, and knows one by its `buf`.
        return { buf: buffer, buffer, offset: buffer.length }
      },
    }
  }
}

function compressionOf(codec: number): Compression | undefined {
  if (codec === 0) return undefined
  const { lookupCodec } = require('kafkajs/src/protocol/message/compression/index.js') as Codecs
  return { codec, compress: (buffer) => lookupCodec(codec).compress({ buffer }) }
}

/** Replacements give the same bytes, which their tests hold against kafkajs's own; they only cost less. */
function replaceModule(name: string, replace: (original: unknown) => unknown): void {
  const original: unknown = require(name)
  const loaded = require.cache[require.resolve(name)]
  if (loaded !== undefined) loaded.exports = replace(original)
}
