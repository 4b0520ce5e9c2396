import { isRecordBatch, type RecordBatch, recordBatches } from './record-batch.ts'
import { currentSession } from './session-context.ts'

/**
 * What a fetch of a session gives instead of a message: a whole batch, not decompressed and not decoded,
 * or why the partition could not be read. kafkajs sorts out aborted and control batches by these fields.
 */
export interface RawMessage {
  /** The batch's last. */
  readonly offset: string
  readonly key: Buffer | null
  readonly isControlRecord: boolean
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean }
  readonly batch?: RecordBatch
  readonly failure?: Error
}

interface Decoder {
  readInt32(): number
  canReadBytes(length: number): boolean
  readBytes(length: number): Buffer
  offset: number
}

type DecodeMessages = (decoder: Decoder) => Promise<unknown[]>

/**
 * kafkajs decodes a response as a whole and throws away all of it for one batch that it cannot read; it decompresses without a
 * limit, checks no checksum, and keeps headers as texts by name.
 */
export function decodeRaw(original: DecodeMessages): DecodeMessages {
  return async (decoder) => {
    if (currentSession() === undefined) return original(decoder)
    const start = decoder.offset
    const length = decoder.readInt32()
    if (length <= 0 || !decoder.canReadBytes(length)) return []
    const bytes = decoder.readBytes(length)
    const messages: RawMessage[] = []
    try {
      if (!isRecordBatch(bytes)) {
        decoder.offset = start
        return await original(decoder)
      }
      for (const batch of recordBatches(bytes)) messages.push(messageOf(batch))
    } catch (error) {
      messages.push(failureOf(error instanceof Error ? error : new Error(String(error))))
    }
    decoder.offset = start + 4 + length
    return messages
  }
}

interface FetchResponse {
  readonly responses: readonly { readonly partitions: { errorCode: number; messages: unknown[] }[] }[]
}

type ParseFetch = (response: FetchResponse) => Promise<FetchResponse>

/** kafkajs fails a fetch for the error of one partition. Those that it does not mend itself become a message of that partition. */
export function parseRaw(original: ParseFetch, errorOf: (code: number) => Error & { type?: string }): ParseFetch {
  return async (response) => {
    if (currentSession() === undefined) return original(response)
    for (const { partitions } of response.responses) {
      for (const partition of partitions) {
        if (partition.errorCode === 0) continue
        const error = errorOf(partition.errorCode)
        if (MENDED_BY_KAFKAJS.has(error.type ?? '')) continue
        partition.errorCode = 0
        partition.messages = [failureOf(error)]
      }
    }
    return original(response)
  }
}

/** It asks for the leaders again, or begins at another offset. */
const MENDED_BY_KAFKAJS: ReadonlySet<string> = new Set([
  'OFFSET_OUT_OF_RANGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
])

/** Markers of transactions are told apart by their record's key. */
const CONTROL_KEY_BYTES = 4

function messageOf(batch: RecordBatch): RawMessage {
  return {
    offset: String(batch.lastOffset),
    key: batch.isControl ? controlKeyOf(batch) : null,
    isControlRecord: batch.isControl,
    batchContext: { producerId: String(batch.producerId), inTransaction: batch.isTransactional },
    batch,
  }
}

// A control batch is never compressed and has one record: length, attributes, timestamp, offset, the key's length, the key.
function controlKeyOf({ records }: RecordBatch): Buffer {
  const prefix = 5
  return records.subarray(prefix, prefix + CONTROL_KEY_BYTES)
}

/** Beyond every offset that was asked for, so that kafkajs does not sort it out. */
const LAST_OFFSET = String(2n ** 63n - 1n)

function failureOf(failure: Error): RawMessage {
  return {
    offset: LAST_OFFSET,
    key: null,
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
    failure,
  }
}
