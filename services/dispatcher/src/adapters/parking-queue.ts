import type { OutgoingRecord, Producer, PublishResult } from '@imchannel/kafka'
import { retryDelay } from '../domain/retry-delay.ts'

/** Writes copies to the parked topics in the order in which they are added, whatever fails on the way. */
export interface ParkingQueue {
  /** Resolves once all in-sync replicas have them, with which are there: `false` is one of a size that no topic takes. */
  add(records: readonly OutgoingRecord[]): Promise<readonly boolean[]>
  /** Copies on their way to one partition. */
  pending(topic: string, partition: number): number
  close(): Promise<void>
}

export interface ParkingQueueOptions {
  /** For this queue alone: what others write beside it could part a round into two batches, of which the first may fail. */
  openProducer(): Producer
  /** Makes the topic where it is not there. Resolves when it is. */
  ensureTopic(topic: string): Promise<void>
  sleep(ms: number): Promise<void>
  onTrouble(topic: string, detail: string): void
}

/**
 * What the queue's producer takes as one batch: each partition's part of a round is stored whole or not at all. As large as a broker
 * takes that was told nothing else (1 MiB), as there is one in flight.
 */
export const PARKING_BATCH = {
  maxBatchRecords: 5_000,
  maxBatchBytes: 960 * 1024,
  lingerMs: 0,
} as const

interface Waiting {
  readonly record: OutgoingRecord
  readonly bytes: number
  readonly place: Place
  /** What it was added with, and its place there. */
  readonly group: Group
  readonly index: number
}

/** One partition that copies are on their way to. */
interface Place {
  readonly topic: string
  readonly partition: number | undefined
  pending: number
}

/** Records that were added together. */
interface Group {
  readonly stored: boolean[]
  open: number
  done(): void
}

export function createParkingQueue(options: ParkingQueueOptions): ParkingQueue {
  let queue: Waiting[] = []
  let producer = options.openProducer()
  const places = new Map<string, Place>()
  let working = false
  let failures = 0

  async function work(): Promise<void> {
    if (working) return
    working = true
    // What is added in the same turn goes together.
    await new Promise((resolve) => setImmediate(resolve))
    try {
      while (queue.length > 0) {
        if (await round()) failures = 0
        else await options.sleep(retryDelay(++failures, Math.random()))
      }
    } finally {
      working = false
    }
  }

  /** One batch from the front; what was not stored keeps its place. */
  async function round(): Promise<boolean> {
    const batch = takeFront()
    try {
      for (const topic of new Set(batch.map(({ record }) => record.topic))) await options.ensureTopic(topic)
    } catch (error) {
      options.onTrouble(batch[0]?.record.topic ?? '', error instanceof Error ? error.message : String(error))
      return false
    }
    const results = await producer.publish(batch.map(({ record }) => record))
    const left = batch.filter((waiting, index) => !settle(waiting, results[index]))
    // A producer knows for a minute how many partitions a topic had; a new one knows those that a topic got since.
    if (results.some((result) => result.kind === 'refused' && result.reason === 'rejected')) {
      await producer.close()
      producer = options.openProducer()
    }
    queue = [...left, ...queue.slice(batch.length)]
    return left.length === 0
  }

  function takeFront(): Waiting[] {
    const batch: Waiting[] = []
    let bytes = 0
    for (const waiting of queue) {
      bytes += waiting.bytes
      // A record that is larger than a batch goes alone.
      if (batch.length > 0 && (batch.length >= PARKING_BATCH.maxBatchRecords || bytes > PARKING_BATCH.maxBatchBytes))
        break
      batch.push(waiting)
    }
    return batch
  }

  function settle(waiting: Waiting, result: PublishResult | undefined): boolean {
    const tooLarge = result?.kind === 'refused' && result.reason === 'too-large'
    if (result?.kind !== 'stored' && !tooLarge) {
      options.onTrouble(waiting.record.topic, result?.detail ?? 'no answer')
      return false
    }
    const { place, group, index } = waiting
    place.pending--
    group.stored[index] = !tooLarge
    if (--group.open === 0) group.done()
    return true
  }

  function placeOf({ topic, partition }: OutgoingRecord): Place {
    const name = `${topic} ${partition}`
    const known = places.get(name) ?? { topic, partition, pending: 0 }
    places.set(name, known)
    return known
  }

  return {
    add: (records) =>
      new Promise((resolve) => {
        const stored = records.map(() => false)
        const group: Group = { stored, open: records.length, done: () => resolve(stored) }
        let place: Place | undefined
        for (const [index, record] of records.entries()) {
          if (place?.topic !== record.topic || place.partition !== record.partition) place = placeOf(record)
          place.pending++
          queue.push({ record, bytes: mostBytes(record), place, group, index })
        }
        if (records.length === 0) resolve(stored)
        void work()
      }),
    close: () => producer.close(),
    pending: (topic, partition) => places.get(`${topic} ${partition}`)?.pending ?? 0,
  }
}

/** Lengths, deltas and a trace header that the producer may add. */
const RECORD_BYTES = 160
const HEADER_BYTES = 10

/** At least what it takes in a batch. */
function mostBytes({ key, value, headers = {} }: OutgoingRecord): number {
  let bytes = RECORD_BYTES + lengthOf(key) + lengthOf(value)
  for (const name in headers) bytes += HEADER_BYTES + lengthOf(name) + lengthOf(headers[name])
  return bytes
}

function lengthOf(field: string | Buffer | null | undefined): number {
  return typeof field === 'string' ? Buffer.byteLength(field) : (field?.length ?? 0)
}
