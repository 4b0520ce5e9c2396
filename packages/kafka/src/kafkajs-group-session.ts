import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs'
import { errorType, messageOf, withAdmin } from './admin.ts'
import type { KafkaClient } from './client.ts'
import type { FetchedBatch, GroupListener, GroupSession, GroupTimes } from './group-session.ts'
import type { IncomingRecord, TopicPartition } from './records.ts'

/** A fetch waits so long for data; it is also how long a resumed partition can go unnoticed while all are paused. */
const FETCH_WAIT_MS = 300
/** Of one partition in one fetch. A larger record still comes, alone. */
const FETCH_PARTITION_BYTES = 1024 * 1024
const FETCH_BYTES = 8 * 1024 * 1024
const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 5_000
/** Leaving must not take longer than a person who pressed Ctrl-C waits; what is left then ends with the session. */
const LEAVE_MS = 5_000

/** Nothing that time mends: access refused, or bytes that this client cannot read. */
const FATAL_TYPES = new Set([
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_GROUP_ID',
  'UNSUPPORTED_VERSION',
])
const FATAL_NAMES = new Set([
  'KafkaJSNotImplemented',
  'KafkaJSSASLAuthenticationError',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSUnsupportedMagicByteInMessageSet',
  'TypeError',
  'RangeError',
])

/** A membership through kafkajs, which is started anew, with a fresh client, whenever kafkajs gives up. */
export function createKafkajsGroupSession(
  client: KafkaClient,
  groupId: string,
  times: GroupTimes,
  listener: GroupListener,
): GroupSession {
  let topics: readonly string[] = []
  let consumer: Consumer | undefined
  let current: EachBatchPayload | undefined
  let stopping = false
  let pauseMs = FIRST_PAUSE_MS
  let running: Promise<void> = Promise.resolve()

  function createConsumer(): Consumer {
    return client.kafkajs.consumer({
      groupId,
      sessionTimeout: times.sessionMs,
      heartbeatInterval: times.heartbeatMs,
      rebalanceTimeout: times.rebalanceMs,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytesPerPartition: FETCH_PARTITION_BYTES,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
      // A crash is dealt with here: kafkajs's own restart keeps a state that outlived its connection.
      retry: {
        retries: Number.MAX_SAFE_INTEGER,
        maxRetryTime: LONGEST_PAUSE_MS,
        restartOnFailure: () => Promise.resolve(false),
      },
    })
  }

  const isStopping = () => stopping

  async function run(): Promise<void> {
    while (!isStopping()) {
      const mine = createConsumer()
      const ended = watch(mine)
      try {
        consumer = mine
        await mine.connect()
        await mine.subscribe({ topics: [...topics], fromBeginning: true })
        await mine.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 4,
          eachBatch: (payload) => eachBatch(mine, payload),
        })
        pauseMs = FIRST_PAUSE_MS
        const error = await ended
        forget(mine)
        if (stopping) return
        if (isFatal(error)) return listener.fatal(explain(error))
        client.log('warn', `the consumer starts anew: ${error.message}`, { groupId })
      } catch (error) {
        forget(mine)
        mine.disconnect().catch(() => {})
        if (stopping) return
        if (isFatal(error)) return listener.fatal(explain(error))
        client.log('warn', `Kafka is not to be reached, trying again: ${messageOf(error)}`, { groupId })
      }
      await sleep(pauseMs)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    }
  }

  /** Resolves when kafkajs has given this consumer up. */
  function watch(mine: Consumer): Promise<Error> {
    const { HEARTBEAT, FETCH, GROUP_JOIN, CRASH, START_BATCH_PROCESS } = mine.events
    const ifMine = (act: () => void) => () => {
      if (consumer === mine) act()
    }
    mine.on(
      HEARTBEAT,
      ifMine(() => listener.contact()),
    )
    mine.on(
      FETCH,
      ifMine(() => listener.contact()),
    )
    mine.on(GROUP_JOIN, ({ payload }) => {
      if (consumer !== mine || stopping) {
        // It was given up while it was joining: kafkajs would stay a member for ever.
        setImmediate(() => {
          mine.disconnect().catch(() => {})
        })
        return
      }
      current = undefined
      const assignment = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      )
      for (const one of assignment) mine.pause([{ topic: one.topic, partitions: [one.partition] }])
      listener.contact()
      listener.assigned(assignment, false)
    })
    mine.on(START_BATCH_PROCESS, ({ payload }) => {
      // Only markers and aborted records: kafkajs moves on by itself and shows nothing.
      if (consumer !== mine || payload.batchSize > 0) return
      const nextOffset = Number(payload.lastOffset) + 1
      const { topic, partition } = payload
      listener.fetched({
        topic,
        partition,
        askedFor: -1,
        records: [],
        nextOffset,
        endOffset: Number(payload.highWatermark),
      })
    })
    return new Promise((resolve) => mine.on(CRASH, ({ payload }) => resolve(payload.error)))
  }

  function forget(mine: Consumer): void {
    if (consumer !== mine) return
    consumer = undefined
    current = undefined
    listener.lost()
  }

  async function eachBatch(mine: Consumer, payload: EachBatchPayload): Promise<void> {
    if (consumer !== mine || stopping) return
    current = payload
    const batch = toFetched(payload.batch)
    const next = listener.fetched(batch)
    if (next > batch.askedFor)
      payload.resolveOffset(next === batch.nextOffset ? lastOf(payload.batch) : String(next - 1))
  }

  return {
    start: (names) => {
      topics = names
      running = run()
    },
    pause: ({ topic, partition }) => consumer?.pause([{ topic, partitions: [partition] }]),
    resume: ({ topic, partition }) => consumer?.resume([{ topic, partitions: [partition] }]),
    seek: ({ topic, partition }, offset) => consumer?.seek({ topic, partition, offset: String(offset) }),
    commit: async (offsets) => {
      // Not `consumer.commitOffsets`: that one tries again, after a rejoin under the new generation, and commits what it has lost.
      if (current === undefined) throw new Error('no member of the group at the moment')
      await current.commitOffsetsIfNecessary({ topics: byTopic(offsets) })
    },
    committed: (partitions) =>
      withAdmin(client, async (admin) => {
        const found = await admin.fetchOffsets({ groupId, topics: [...new Set(partitions.map((one) => one.topic))] })
        return partitions.map(({ topic, partition }) => {
          const offset = Number(
            found.find((one) => one.topic === topic)?.partitions.find((one) => one.partition === partition)?.offset ??
              -1,
          )
          return { topic, partition, offset: offset < 0 ? undefined : offset }
        })
      }),
    stop: async () => {
      stopping = true
      const mine = consumer
      if (mine !== undefined)
        await Promise.race([mine.disconnect().catch(() => {}), sleep(LEAVE_MS, undefined, { ref: false })])
      consumer = undefined
      current = undefined
      void running
    },
  }
}

/** kafkajs resolves a batch's trailing markers together with its last visible record. */
function lastOf(batch: Batch): string {
  return batch.messages.at(-1)?.offset ?? batch.lastOffset()
}

function toFetched(batch: Batch): FetchedBatch {
  const { topic, partition } = batch
  return {
    topic,
    partition,
    // Not in kafkajs's declarations, but there since 1.0; the first record's offset would hide a gap before it.
    askedFor: Number((batch as { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset()),
    records: batch.messages.map((message) => toRecord(topic, partition, message)),
    nextOffset: Number(batch.lastOffset()) + 1,
    endOffset: Number(batch.highWatermark),
  }
}

function toRecord(topic: string, partition: number, message: KafkaMessage): FetchedBatch['records'][number] {
  const headers: IncomingRecord['headers'] = {}
  let bytes = (message.key?.length ?? 0) + (message.value?.length ?? 0)
  for (const [name, given] of Object.entries(message.headers ?? {})) {
    const last = Array.isArray(given) ? given.at(-1) : given
    const value = typeof last === 'string' ? Buffer.from(last) : last
    headers[name] = value
    bytes += name.length + (value?.length ?? 0)
  }
  const { key, value, offset, timestamp } = message
  return {
    offset: Number(offset),
    bytes,
    record: { topic, partition, offset, timestamp: Number(timestamp), key, value, headers },
  }
}

function byTopic(offsets: readonly (TopicPartition & { offset: number })[]) {
  const topics = new Map<string, { partition: number; offset: string }[]>()
  for (const { topic, partition, offset } of offsets) {
    const partitions = topics.get(topic) ?? []
    topics.set(topic, partitions)
    partitions.push({ partition, offset: String(offset) })
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }))
}

function isFatal(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++) {
    if (FATAL_NAMES.has(at.name)) return true
  }
  return FATAL_TYPES.has(errorType(error) ?? '')
}

function explain(error: unknown): Error {
  const text = messageOf(error)
  if (!text.includes('compression not implemented')) return error instanceof Error ? error : new Error(text)
  return new Error(
    `a record is compressed in a way that this consumer cannot read (${text}): produce with gzip, zstd or none, or register a codec with kafkajs`,
    { cause: error },
  )
}
