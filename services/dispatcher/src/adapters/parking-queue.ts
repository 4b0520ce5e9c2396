import { isHeaderList } from '@imchannel/kafka'
import type { OutgoingRecord, Producer, PublishResult } from '@imchannel/kafka'
import { retryDelay } from '../domain/retry-delay.ts'

/**
 * Writes copies to the parked topics in the order in which they are added, whatever fails on the way. What fails of one topic
 * concerns its copies alone.
 */
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
  /** Makes the topic that a copy goes to, where it is not there. Resolves when it is. */
  ensureTopic(copy: OutgoingRecord): Promise<void>
  /** The topic is not there, though it was made. */
  onTopicGone(topic: string): void
  /** Ends early when the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  now(): number
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
  /** Topics of which something could not be stored, and when it is tried again. */
  const troubles = new Map<string, { failures: number; until: number }>()
  let working = false
  let pause = new AbortController()

  async function work(): Promise<void> {
    if (working) return
    working = true
    // What is added in the same turn goes together.
    await new Promise((resolve) => setImmediate(resolve))
    try {
      while (queue.length > 0) {
        const batch = takeFront()
        if (batch.length > 0) await round(batch)
        else await rest()
      }
    } finally {
      working = false
    }
  }

  /** Until the next topic is to be tried again, or there is something for another one. */
  async function rest(): Promise<void> {
    const next = Math.min(...queue.map(({ place }) => untilOf(place.topic)))
    pause = new AbortController()
    await options.sleep(Math.max(0, next - options.now()), pause.signal)
  }

  function untilOf(topic: string): number {
    return troubles.get(topic)?.until ?? 0
  }

  function fail(topic: string): void {
    const failures = (troubles.get(topic)?.failures ?? 0) + 1
    troubles.set(topic, { failures, until: options.now() + retryDelay(failures, Math.random()) })
  }

  /** Resolves with the topics that are there. */
  async function ensure(batch: readonly Waiting[]): Promise<ReadonlySet<string>> {
    const firsts = new Map(
      batch.flatMap(({ place, records: [copy] }) => (copy === undefined ? [] : [[place.topic, copy]])),
    )
    const there = new Set<string>()
    const making = [...firsts].map(async ([topic, copy]) => {
      try {
        await options.ensureTopic(copy)
        there.add(topic)
      } catch (error) {
        options.onTrouble(topic, error instanceof Error ? error.message : String(error))
        fail(topic)
      }
    })
    await Promise.all(making)
    return there
  }

  /** Writes a batch; what was not stored keeps its place. */
  async function round(taken: readonly Waiting[]): Promise<void> {
    const there = await ensure(taken)
    const batch = taken.filter(({ place }) => there.has(place.topic))
    const results = batch.length === 0 ? [] : await producer.publish(batch.flatMap(({ records }) => records))
    let at = 0
    const left = new Map<Waiting, Waiting>()
    for (const waiting of batch) {
      const own = results.slice(at, (at += waiting.records.length))
      const rest = settle(waiting, own)
      if (own.some((one) => one.kind === 'refused' && one.reason === 'unknown-topic'))
        options.onTopicGone(waiting.place.topic)
      if (rest !== undefined) left.set(waiting, rest)
    }
    const failed = new Set([...left.keys()].map(({ place }) => place.topic))
    for (const topic of there) {
      if (failed.has(topic)) fail(topic)
      else troubles.delete(topic)
    }
    // A producer knows for a minute how many partitions a topic had; a new one knows those that a topic got since.
    if (results.some((result) => result.kind === 'refused' && result.reason === 'rejected')) {
      await producer.close()
      producer = options.openProducer()
    }
    queue = [...taken.flatMap((one) => (there.has(one.place.topic) ? (left.get(one) ?? []) : one)), ...queue]
  }

  /** Takes out of the queue what goes as one batch. */
  function takeFront(): Waiting[] {
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const now = options.now()
    let count = 0
    let bytes = 0
    for (const [taken, waiting] of queue.entries()) {
      const { records, place } = waiting
      if (untilOf(place.topic) > now) {
        later.push(waiting)
        continue
      }
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
      queue = [...later, part(waiting, fits), ...queue.slice(taken + 1)]
      return batch
    }
    queue = later
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
        pause.abort()
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
  const list = isHeaderList(headers) ? headers : Object.entries(headers).map(([name, value]) => ({ name, value }))
  for (const one of list) bytes += HEADER_BYTES + lengthOf(one.name) + lengthOf(one.value)
  return bytes
}

function lengthOf(field: string | Buffer | null | undefined): number {
  return typeof field === 'string' ? Buffer.byteLength(field) : (field?.length ?? 0)
}
