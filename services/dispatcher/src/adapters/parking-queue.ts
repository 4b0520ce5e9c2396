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

/** Copies that wait, of those that were added together: one object for all of them, as there are tens of thousands a second. */
interface Waiting {
  readonly place: Place
  readonly group: Group
  readonly records: readonly OutgoingRecord[]
  /** Of each record, its place in the group. */
  readonly indices: readonly number[]
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
      for (const topic of new Set(batch.map(({ place }) => place.topic))) await options.ensureTopic(topic)
    } catch (error) {
      options.onTrouble(batch[0]?.place.topic ?? '', error instanceof Error ? error.message : String(error))
      queue = [...batch, ...queue]
      return false
    }
    const results = await producer.publish(batch.flatMap(({ records }) => records))
    let at = 0
    const left = batch.flatMap((waiting) => {
      const rest = settle(waiting, results.slice(at, (at += waiting.records.length)))
      return rest === undefined ? [] : [rest]
    })
    // A producer knows for a minute how many partitions a topic had; a new one knows those that a topic got since.
    if (results.some((result) => result.kind === 'refused' && result.reason === 'rejected')) {
      await producer.close()
      producer = options.openProducer()
    }
    queue = [...left, ...queue]
    return left.length === 0
  }

  /** Takes out of the queue what goes as one batch. */
  function takeFront(): Waiting[] {
    const batch: Waiting[] = []
    let count = 0
    let bytes = 0
    for (const [taken, waiting] of queue.entries()) {
      const { records } = waiting
      let fits = 0
      for (; fits < records.length; fits++) {
        const record = records[fits]
        bytes += record === undefined ? 0 : mostBytes(record)
        // A record that is larger than a batch goes alone.
        if (count > 0 && (count >= PARKING_BATCH.maxBatchRecords || bytes > PARKING_BATCH.maxBatchBytes)) break
        count++
      }
      if (fits === records.length) {
        batch.push(waiting)
        continue
      }
      if (fits > 0) batch.push(part(waiting, 0, fits))
      queue = [part(waiting, fits), ...queue.slice(taken + 1)]
      return batch
    }
    queue = []
    return batch
  }

  /** @returns what is to be tried again */
  function settle(waiting: Waiting, results: readonly PublishResult[]): Waiting | undefined {
    const { place, group, records, indices } = waiting
    const open = new Set<number>()
    for (let at = 0; at < records.length; at++) {
      const result = results[at]
      const tooLarge = result?.kind === 'refused' && result.reason === 'too-large'
      if (result?.kind !== 'stored' && !tooLarge) {
        options.onTrouble(place.topic, result?.detail ?? 'no answer')
        open.add(at)
        continue
      }
      group.stored[indices[at] ?? 0] = !tooLarge
      group.open--
      place.pending--
    }
    if (group.open === 0) group.done()
    if (open.size === 0) return undefined
    const isOpen = (_: unknown, at: number): boolean => open.has(at)
    return { place, group, records: records.filter(isOpen), indices: indices.filter(isOpen) }
  }

  function placeOf({ topic, partition }: OutgoingRecord): Place {
    const name = `${topic} ${partition}`
    const known = places.get(name) ?? { topic, partition, pending: 0 }
    places.set(name, known)
    return known
  }

  /** Parts what is added together by where it goes, in its order. */
  function enter(records: readonly OutgoingRecord[], group: Group): void {
    for (let start = 0, end = 0; start < records.length; start = end) {
      const first = records[start]
      if (first === undefined) return
      const { topic, partition } = first
      for (end = start + 1; records[end]?.topic === topic && records[end]?.partition === partition;) end++
      const place = placeOf(first)
      place.pending += end - start
      const indices = Array.from({ length: end - start }, (_, at) => start + at)
      queue.push({ place, group, records: records.slice(start, end), indices })
    }
  }

  return {
    add: (records) =>
      new Promise((resolve) => {
        const stored = records.map(() => false)
        if (records.length === 0) return resolve(stored)
        enter(records, { stored, open: records.length, done: () => resolve(stored) })
        void work()
      }),
    close: () => producer.close(),
    pending: (topic, partition) => places.get(`${topic} ${partition}`)?.pending ?? 0,
  }
}

function part({ place, group, records, indices }: Waiting, start: number, end?: number): Waiting {
  return { place, group, records: records.slice(start, end), indices: indices.slice(start, end) }
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
