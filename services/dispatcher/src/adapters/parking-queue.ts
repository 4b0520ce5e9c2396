import type { OutgoingRecord, Producer, PublishResult } from '@imchannel/kafka'
import { retryDelay } from '../domain/retry-delay.ts'

/** Writes copies to the parked topics in the order in which they are added, whatever fails on the way. */
export interface ParkingQueue {
  /** Resolves once all in-sync replicas have it; `false` where no topic takes a record of that size. */
  add(record: OutgoingRecord): Promise<boolean>
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

/** What the queue's producer takes as one batch: each partition's part of a round is stored whole or not at all. */
export const PARKING_BATCH = { maxBatchRecords: 500, maxBatchBytes: 512 * 1024, lingerMs: 0 } as const

interface Waiting {
  record: OutgoingRecord
  bytes: number
  done(stored: boolean): void
}

export function createParkingQueue(options: ParkingQueueOptions): ParkingQueue {
  let queue: Waiting[] = []
  let producer = options.openProducer()
  const counts = new Map<string, number>()
  let working = false
  let failures = 0

  async function work(): Promise<void> {
    if (working) return
    working = true
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
    count(waiting.record, -1)
    waiting.done(!tooLarge)
    return true
  }

  function count({ topic, partition }: OutgoingRecord, by: number): void {
    const place = `${topic} ${partition}`
    const next = (counts.get(place) ?? 0) + by
    if (next === 0) counts.delete(place)
    else counts.set(place, next)
  }

  return {
    add: (record) =>
      new Promise((resolve) => {
        const bytes = (record.value?.length ?? 0) + (record.key?.length ?? 0) + 512
        queue.push({ record, bytes, done: resolve })
        count(record, 1)
        void work()
      }),
    close: () => producer.close(),
    pending: (topic, partition) => counts.get(`${topic} ${partition}`) ?? 0,
  }
}
