import { crc32c } from './crc32c.ts'
import { BATCH_OVERHEAD_BYTES, bodyBytes, framedBytes } from './record-size.ts'
import { writeVarint } from './varint.ts'

/** What kafkajs asks its encoder of a produce request (versions 3 to 7) to write; `fields` come from `encode-fields.ts`. */
export interface ProduceRequest {
  readonly acks: number
  readonly timeout: number
  readonly transactionalId?: string | null | undefined
  /** Digits, as kafkajs has them of the broker. */
  readonly producerId: string | number
  readonly producerEpoch: number
  readonly topicData: readonly TopicData[]
}

export interface TopicData {
  readonly topic: string
  readonly partitions: readonly PartitionData[]
}

export interface PartitionData {
  readonly partition: number
  readonly firstSequence: number
  readonly messages: readonly { readonly fields: Buffer }[]
}

/** Compresses the records of a batch: its bits among the batch's attributes, and what does it. */
export interface Compression {
  readonly codec: number
  compress(records: Buffer): Promise<Buffer>
}

/** Bit of a batch's attributes. */
const transactional = 16
/** Version 2 of the format, as all brokers since 0.11 have it. */
const magicByte = 2
/** Partition and length, in front of a batch. */
const frameBytes = 8
/** First offset and length, which a batch's length does not count. */
const notCounted = 12
/** Where the part of a batch begins that its checksum is over. */
const checkedFrom = 21

/**
 * Encodes a produce request, byte for byte as kafkajs does. There each batch takes seven buffers and as many turns of promises, and
 * each byte of a record is copied four times.
 */
export async function encodeProduce(request: ProduceRequest, compression?: Compression): Promise<Buffer> {
  const { acks, timeout, transactionalId = null, topicData } = request
  const head = Buffer.allocUnsafe(textBytes(transactionalId) + 10)
  let at = writeText(head, transactionalId, 0)
  at = head.writeInt16BE(acks, at)
  at = head.writeInt32BE(timeout, at)
  head.writeInt32BE(topicData.length, at)
  const parts: Buffer[] = [head]
  const now = BigInt(Date.now())
  for (const { topic, partitions } of topicData) {
    const named = Buffer.allocUnsafe(textBytes(topic) + 4)
    named.writeInt32BE(partitions.length, writeText(named, topic, 0))
    parts.push(named)
    for (const data of partitions) {
      const compressed = compression && (await compression.compress(encodeRecords(data)))
      parts.push(encodeBatch(data, { request, now, codec: compression?.codec ?? 0, compressed }))
    }
  }
  return Buffer.concat(parts)
}

interface BatchOptions {
  readonly request: ProduceRequest
  readonly now: bigint
  readonly codec: number
  /** The records, where they are compressed. */
  readonly compressed: Buffer | undefined
}

function encodeBatch(data: PartitionData, { request, now, codec, compressed }: BatchOptions): Buffer {
  const length = BATCH_OVERHEAD_BYTES + (compressed?.length ?? recordsBytes(data))
  const buffer = Buffer.allocUnsafe(frameBytes + length)
  let at = buffer.writeInt32BE(data.partition, 0)
  at = buffer.writeInt32BE(length, at)
  at = buffer.writeBigInt64BE(0n, at)
  at = buffer.writeInt32BE(length - notCounted, at)
  // The partition leader's epoch, which the broker sets.
  at = buffer.writeInt32BE(0, at)
  at = buffer.writeInt8(magicByte, at)
  // Room for the checksum.
  at = buffer.writeInt16BE(codec | (typeof request.transactionalId === 'string' ? transactional : 0), at + 4)
  at = buffer.writeInt32BE(data.messages.length - 1, at)
  at = buffer.writeBigInt64BE(now, at)
  at = buffer.writeBigInt64BE(now, at)
  at = buffer.writeBigInt64BE(BigInt(request.producerId), at)
  at = buffer.writeInt16BE(request.producerEpoch, at)
  at = buffer.writeInt32BE(data.firstSequence, at)
  at = buffer.writeInt32BE(data.messages.length, at)
  if (compressed === undefined) writeRecords(buffer, data, at)
  else compressed.copy(buffer, at)
  const checked = frameBytes + checkedFrom
  buffer.writeUInt32BE(crc32c(buffer.subarray(checked)), checked - 4)
  return buffer
}

function recordsBytes({ messages }: PartitionData): number {
  let size = 0
  for (let delta = 0; delta < messages.length; delta++) {
    size += framedBytes(bodyBytes(messages[delta]?.fields.length ?? 0, delta))
  }
  return size
}

function encodeRecords(data: PartitionData): Buffer {
  const buffer = Buffer.allocUnsafe(recordsBytes(data))
  writeRecords(buffer, data, 0)
  return buffer
}

function writeRecords(buffer: Buffer, { messages }: PartitionData, start: number): void {
  let at = start
  for (let delta = 0; delta < messages.length; delta++) {
    const fields = messages[delta]?.fields
    if (fields === undefined) continue
    at = writeVarint(buffer, bodyBytes(fields.length, delta), at)
    // No attributes are defined yet, and the time is the batch's own.
    buffer[at++] = 0
    buffer[at++] = 0
    at = writeVarint(buffer, delta, at)
    at += fields.copy(buffer, at)
  }
}

function textBytes(text: string | null): number {
  return 2 + (text === null ? 0 : Buffer.byteLength(text))
}

function writeText(buffer: Buffer, text: string | null, at: number): number {
  if (text === null) return buffer.writeInt16BE(-1, at)
  const after = buffer.writeInt16BE(Buffer.byteLength(text), at)
  return after + buffer.write(text, after)
}
