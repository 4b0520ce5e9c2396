import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch, Consumer, EachBatchPayload } from 'kafkajs'
import { withAdmin } from '../kafkajs/admin.ts'
import type { KafkaClient } from '../kafkajs/client.ts'
import { failureOf, toFetchedBatch } from '../kafkajs/kafkajs-batch.ts'
import { inSession } from '../kafkajs/session-context.ts'
import type { IncomingRecord } from '../records.ts'
import { within } from '../within.ts'

/** A place in every partition of a topic: an end of it, a time (ms since 1970), or an offset for each partition. */
export type RangeEdge = 'earliest' | 'latest' | { timestamp: number } | { offsets: ReadonlyMap<number, bigint> }

export interface ReadRangeOptions {
  topic: string
  /** The first record; default the earliest that is kept. A partition without an offset is left out. */
  from?: RangeEdge
  /** The end, not included; default where each partition ends now. `open`: what is written later is read too, until the signal. */
  to?: RangeEdge | 'open'
  filter?: (record: IncomingRecord) => boolean
  signal?: AbortSignal
  /** The group under which it is read, plus a random part; nothing is ever committed. Default `<clientId>-read`. */
  groupPrefix?: string
}

/** So many records may wait for the reader before fetching pauses. */
const AHEAD = 500
const WAIT_MS = 50
/** A Kafka that has just begun loads its groups for some seconds. */
const PATIENCE_MS = 30_000
const LEAVE_MS = 5_000

/**
 * Reads a bounded part of a topic, in order within each partition, and ends. For tools: it joins a group of its own and
 * leaves no trace.
 *
 * @throws when the topic does not exist, Kafka cannot be read, or the signal fires.
 */
export async function* readRange(
  client: KafkaClient,
  options: ReadRangeOptions,
): AsyncGenerator<IncomingRecord, void, void> {
  const { signal } = options
  const parts = await unlessAborted(partsOf(client, options), signal)
  if (parts.size === 0) return
  const consumer = client.kafkajs.consumer({
    groupId: `${options.groupPrefix ?? `${client.clientId}-read`}-${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 300,
  })
  const queue: IncomingRecord[] = []
  let failure: Error | undefined
  let troubledSince: number | undefined
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    troubledSince ??= performance.now()
    // A coordinator that is loading is a crash to kafkajs, from which it starts anew by itself.
    const passes = restart && error.name !== 'KafkaJSNumberOfRetriesExceeded'
    if (!passes || performance.now() - troubledSince > PATIENCE_MS) failure = error
  })
  consumer.on(consumer.events.GROUP_JOIN, () => {
    troubledSince = undefined
    for (const [partition, { next }] of parts) consumer.seek({ topic: options.topic, partition, offset: String(next) })
  })
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    const part = parts.get(payload.partition)
    if (part !== undefined && payload.batchSize === 0) pass(parts, payload.partition, Number(payload.lastOffset) + 1)
  })
  try {
    await unlessAborted(begin(), signal)
    for (;;) {
      for (let record = queue.shift(); record !== undefined; record = queue.shift()) yield record
      signal?.throwIfAborted()
      if (failure !== undefined) throw failure
      if (parts.size === 0 && queue.length === 0) return
      await sleep(WAIT_MS)
    }
  } finally {
    parts.clear()
    // A broker that died may keep kafkajs for good. What is read has been read; the group of its own ends by its session.
    await within(
      consumer.disconnect().catch(() => {}),
      signal?.aborted === true ? 0 : LEAVE_MS,
    )
  }

  async function begin(): Promise<void> {
    await consumer.connect()
    await consumer.subscribe({ topics: [options.topic], fromBeginning: true })
    await inSession({}, () =>
      consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async (payload) => {
          failure ??= failureOf(payload.batch)
          if (failure === undefined) await collect(consumer, payload, parts, queue, options)
        },
      }),
    )
  }
}

/** What a promise gives, unless the signal fires first: kafkajs itself takes no signal. @throws the signal's reason */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    work.catch(() => {})
  }
}

/** What is left to read, by partition. */
type Parts = Map<number, { next: number; end: number }>

async function partsOf(
  client: KafkaClient,
  { topic, from = 'earliest', to = 'latest' }: ReadRangeOptions,
): Promise<Parts> {
  const isOpen = to === 'open'
  return withAdmin(client, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic)
    const edge = async (at: RangeEdge): Promise<Map<number, number>> => {
      if (at === 'earliest' || at === 'latest') {
        return new Map(offsets.map((one) => [one.partition, Number(at === 'earliest' ? one.low : one.high)]))
      }
      if ('offsets' in at) return new Map([...at.offsets].map(([partition, offset]) => [partition, Number(offset)]))
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, at.timestamp)
      return new Map(found.map((one) => [one.partition, Number(one.offset)]))
    }
    const [starts, ends] = [await edge(from), await edge(isOpen ? 'latest' : to)]
    const parts: Parts = new Map()
    for (const { partition, low, high } of offsets) {
      const next = Math.max(starts.get(partition) ?? Infinity, Number(low))
      const end = isOpen ? Infinity : Math.min(ends.get(partition) ?? 0, Number(high))
      if (next < end) parts.set(partition, { next, end })
    }
    return parts
  })
}

function pass(parts: Parts, partition: number, next: number): void {
  const part = parts.get(partition)
  if (part === undefined) return
  part.next = Math.max(part.next, next)
  if (part.next >= part.end) parts.delete(partition)
}

async function collect(
  consumer: Consumer,
  payload: EachBatchPayload,
  parts: Parts,
  queue: IncomingRecord[],
  { topic, filter }: ReadRangeOptions,
): Promise<void> {
  const batch: Batch = payload.batch
  const part = parts.get(batch.partition)
  if (part === undefined) {
    consumer.pause([{ topic, partitions: [batch.partition] }])
    return
  }
  // The session is kept alive while a slow reader catches up.
  while (queue.length > AHEAD && parts.size > 0) {
    await sleep(WAIT_MS)
    await payload.heartbeat()
  }
  const fetched = await toFetchedBatch(batch)
  for (let place = 0; place < fetched.count; place++) {
    const { offset, record } = fetched.at(place)
    if (offset >= part.next && offset < part.end && filter?.(record) !== false) queue.push(record)
  }
  payload.resolveOffset(fetched.resolve)
  pass(parts, batch.partition, fetched.nextOffset)
}
