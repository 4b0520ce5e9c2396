import { setTimeout as sleep } from 'node:timers/promises'
import { chooseBatch, type Group, groupByLeader } from './batch.ts'
import { errorType, messageOf } from './admin.ts'
import type { KafkaClient } from './client.ts'
import { kafkaInstruments, messagingAttributes } from './instruments.ts'
import { createProducerSession } from './producer-session.ts'
import { recordBytes } from './record-size.ts'
import type { OutgoingRecord, PublishResult } from './records.ts'
import { startSendSpan } from './send-span.ts'
import { createTopicDirectory } from './topic-directory.ts'
import { createWaitingRecords, headerBuffers, toBuffer, type Waiting } from './waiting-records.ts'

export interface ProducerOptions {
  /** How long a first record waits for company. Default 5 ms. */
  lingerMs?: number
  /** A batch goes when it has so many records (default 500) … */
  maxBatchRecords?: number
  /** … or so many bytes (default 512 KiB, half of Kafka's default for a whole record batch). */
  maxBatchBytes?: number
  /** Room for records that wait; beyond it, `publish` refuses at once. Default 10,000. */
  maxWaitingRecords?: number
  /** The same in bytes. Default 64 MiB. */
  maxWaitingBytes?: number
  /** Default none: every Kafka client can read it. `zstd` needs a codec in some (kafkajs among them). */
  compression?: 'none' | 'gzip' | 'zstd'
}

/** An idempotent producer (acks=all) with one batch in flight. */
export interface Producer {
  /** Waits until Kafka is there; `publish` may be called before. */
  connect(options?: { signal?: AbortSignal }): Promise<void>
  /**
   * Writes records and says what became of each, in their order; one that is refused costs no other. It never rejects.
   * Records that are published together are taken or, for want of room, refused together.
   */
  publish(records: readonly OutgoingRecord[], options?: { deadlineMs?: number }): Promise<PublishResult[]>
  /** Whether Kafka answered lately: to a batch, or to a question asked while there was none. */
  isReady(): boolean
  /** Sends what waits, within `deadlineMs` (default 10 s), and refuses what is left. */
  close(options?: { deadlineMs?: number }): Promise<void>
}

const DEFAULTS = {
  lingerMs: 5,
  maxBatchRecords: 500,
  maxBatchBytes: 512 * 1024,
  maxWaitingRecords: 10_000,
  maxWaitingBytes: 64 * 1024 * 1024,
  compression: 'none',
} as const

/** Twice what kafkajs takes to give up: longer than any outage that it survives by itself. */
const DEADLINE_MS = 60_000
const CLOSE_MS = 10_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

/** Said by the broker of records, not of the way to them: a record alone in its request can be refused with certainty. */
const REFUSALS: Readonly<Record<string, 'too-large' | 'rejected' | 'unknown-topic'>> = {
  MESSAGE_TOO_LARGE: 'too-large',
  RECORD_LIST_TOO_LARGE: 'too-large',
  INVALID_RECORD: 'rejected',
  INVALID_TIMESTAMP: 'rejected',
  TOPIC_AUTHORIZATION_FAILED: 'rejected',
  INVALID_TOPIC_EXCEPTION: 'unknown-topic',
}

/**
 * Makes a producer. kafkajs alone loses acknowledged records when sends overlap or follow one that failed (it reuses
 * sequence numbers), so this one has a single batch under way, and after any rejected send a new producer id.
 */
export function createProducer(client: KafkaClient, options: ProducerOptions = {}): Producer {
  const settings = { ...DEFAULTS, ...options }
  const waiting = createWaitingRecords()
  const session = createProducerSession(client, settings.compression)
  const topics = createTopicDirectory(client, (topic) => {
    client.log('warn', 'topic is gone; the producer is replaced', { topic })
    session.replace()
  })
  let closing = false
  let working: Promise<void> | undefined
  let fill: (() => void) | undefined

  async function work(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    while (waiting.count > 0) {
      try {
        await linger()
        await session.connected()
        await sendBatch()
        pauseMs = FIRST_PAUSE_MS
      } catch (error) {
        // Nothing was sent: Kafka could not be reached or asked. What waits keeps waiting, each for its own deadline.
        if (session.isClosed()) return
        client.log('warn', `Kafka is not to be reached, trying again: ${messageOf(error)}`, {})
        await sleep(pauseMs)
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      }
    }
  }

  function wake(): void {
    if (waiting.count >= settings.maxBatchRecords || waiting.bytes >= settings.maxBatchBytes) fill?.()
    working ??= work().finally(() => {
      working = undefined
      if (waiting.count > 0 && !session.isClosed()) wake()
    })
  }

  async function linger(): Promise<void> {
    if (closing || waiting.count >= settings.maxBatchRecords || waiting.bytes >= settings.maxBatchBytes) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, settings.lingerMs)
      fill = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    fill = undefined
  }

  async function sendBatch(): Promise<void> {
    for (const topic of await unknownTopics()) {
      waiting.take((record) => {
        if (record.topic !== topic) return 'leave'
        refuse(record, 'unknown-topic', `topic ${topic} does not exist, or may not be described`)
        return 'drop'
      })
    }
    const batch = chooseBatch(waiting, settings, (topic) => topics.known(topic))
    for (const record of batch.tooLarge) {
      refuse(record, 'too-large', `${record.bytes} bytes are more than ${record.topic} takes (max.message.bytes)`)
    }
    if (batch.records.length === 0) return
    for (const record of batch.records) record.state = 'sending'
    const groups = groupByLeader(batch.records, (topic) => topics.known(topic)?.leaders)
    // One request for each leader: kafkajs, where one broker of several fails, sends the others' parts a second time.
    const failures = await Promise.all(groups.map((group) => sendGroup(group)))
    const failed = failures.filter((one) => one !== undefined)
    if (failed.length === 0) return
    session.replace()
    for (const { group, error } of failed) await afterFailure(group, error)
  }

  /** Names of waiting records' topics that the cluster does not have. */
  async function unknownTopics(): Promise<string[]> {
    const names = new Set<string>()
    let seen = 0
    waiting.take((record) => {
      if (seen++ >= settings.maxBatchRecords) return 'stop'
      names.add(record.topic)
      return 'leave'
    })
    const unknown: string[] = []
    for (const name of names) if ((await topics.find(name)) === undefined) unknown.push(name)
    return unknown
  }

  async function sendGroup(group: Group): Promise<{ group: Group; error: unknown } | undefined> {
    const startedAt = performance.now()
    let failure: string | undefined
    try {
      settleStored(group, await session.send(group))
      return undefined
    } catch (error) {
      failure = errorType(error) ?? (error instanceof Error ? error.name : 'unknown')
      return { group, error }
    } finally {
      const { operationDuration, batchSize } = kafkaInstruments()
      operationDuration.record((performance.now() - startedAt) / 1000, {
        ...messagingAttributes('send', undefined),
        ...(failure === undefined ? {} : { 'error.type': failure }),
      })
      batchSize.record(group.records.length)
    }
  }

  function settleStored(group: Group, baseOffsets: ReadonlyMap<string, string>): void {
    const places = new Map<string, number>()
    for (const record of group.records) {
      const partition = record.partition ?? 0
      const at = `${record.topic} ${partition}`
      const place = places.get(at) ?? 0
      places.set(at, place + 1)
      const base = baseOffsets.get(at)
      settle(record, {
        kind: 'stored',
        partition,
        offset: base === undefined ? undefined : String(BigInt(base) + BigInt(place)),
      })
    }
  }

  /** The broker refused a record of this batch without saying which: each is sent alone, so that only that one is refused. */
  async function afterFailure(group: Group, error: unknown): Promise<void> {
    const type = errorType(error)
    topics.forget(new Set(group.records.map((record) => record.topic)))
    const refusal = type === undefined ? undefined : REFUSALS[type]
    const detail = type === undefined ? messageOf(error) : `${type}: ${messageOf(error)}`
    client.log('warn', `a batch was not confirmed: ${detail}`, { records: group.records.length })
    if (refusal === undefined) {
      for (const record of group.records) settle(record, { kind: 'unknown', reason: 'unconfirmed', detail })
      return
    }
    const [only] = group.records
    if (group.records.length === 1 && only !== undefined) {
      refuse(only, refusal, detail)
      return
    }
    for (const record of group.records) {
      if (record.state === 'settled') continue
      const alone = { leader: group.leader, records: [record] }
      try {
        await session.connected()
      } catch {
        settle(record, { kind: 'unknown', reason: 'unconfirmed', detail })
        continue
      }
      const failed = await sendGroup(alone)
      if (failed === undefined) continue
      session.replace()
      await afterFailure(alone, failed.error)
    }
  }

  function settle(record: Waiting, result: PublishResult): void {
    if (record.state === 'settled') return
    if (record.state === 'waiting') waiting.released(record)
    record.state = 'settled'
    record.settle(result)
  }

  function refuse(
    record: Waiting,
    reason: Extract<PublishResult, { kind: 'refused' }>['reason'],
    detail: string,
  ): void {
    settle(record, { kind: 'refused', reason, detail })
  }

  function onDeadline(records: readonly Waiting[], deadlineMs: number): void {
    for (const record of records) {
      if (record.state === 'waiting') refuse(record, 'timeout', `not sent within ${deadlineMs} ms`)
      else
        settle(record, {
          kind: 'unknown',
          reason: 'timeout',
          detail: `sent, but not confirmed within ${deadlineMs} ms`,
        })
    }
  }

  /** `count` and `bytes` are what is asked for; an empty queue takes anything, or a large publish could never pass. */
  function hasRoom(count: number, bytes: number): boolean {
    if (waiting.count === 0) return true
    return waiting.count + count <= settings.maxWaitingRecords && waiting.bytes + bytes <= settings.maxWaitingBytes
  }

  function enter(record: OutgoingRecord, done: (result: PublishResult) => void): Waiting {
    const span = startSendSpan(record, client.clientId)
    const key = toBuffer(record.key)
    const value = toBuffer(record.value)
    const headers = headerBuffers(record.headers, span.headers)
    return {
      topic: record.topic,
      key,
      value,
      headers,
      bytes: recordBytes({ key, value, headers }),
      partition: record.partition,
      state: 'waiting',
      settle: (result) => {
        span.end(result)
        kafkaInstruments().sentMessages.add(1, {
          ...messagingAttributes('send', record.topic),
          ...(result.kind === 'stored' ? {} : { 'error.type': result.reason }),
        })
        done(result)
      },
    }
  }

  kafkaInstruments().waiting.addCallback((observer) =>
    observer.observe(waiting.count, { 'messaging.client.id': client.clientId }),
  )

  return {
    connect: async ({ signal } = {}) => {
      let pauseMs = FIRST_PAUSE_MS
      for (;;) {
        try {
          await session.connected()
          return
        } catch (error) {
          if (session.isClosed())
            throw new Error('the producer was closed before Kafka could be reached', { cause: error })
          client.log('warn', `Kafka is not to be reached, trying again: ${messageOf(error)}`, {})
        }
        await sleep(pauseMs, undefined, { signal })
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      }
    },
    publish: (records, { deadlineMs = DEADLINE_MS } = {}) =>
      new Promise((resolve) => {
        if (records.length === 0) return resolve([])
        const results: PublishResult[] = Array.from({ length: records.length })
        let open = records.length
        let timer: NodeJS.Timeout | undefined
        const entered = records.map((record, index) =>
          enter(record, (result) => {
            results[index] = result
            if (--open > 0) return
            clearTimeout(timer)
            resolve(results)
          }),
        )
        const bytes = entered.reduce((sum, record) => sum + record.bytes, 0)
        const refusal = closing ? 'closed' : hasRoom(entered.length, bytes) ? undefined : 'overloaded'
        for (const record of entered) {
          waiting.add(record)
          if (refusal !== undefined)
            refuse(record, refusal, closing ? 'the producer is closed' : 'too many records wait to be sent')
        }
        if (refusal !== undefined) return
        timer = setTimeout(() => onDeadline(entered, deadlineMs), deadlineMs)
        wake()
      }),
    isReady: () => !closing && session.isReady(),
    close: async ({ deadlineMs = CLOSE_MS } = {}) => {
      closing = true
      fill?.()
      await Promise.race([working ?? Promise.resolve(), sleep(deadlineMs, undefined, { ref: false })])
      waiting.take((record) => {
        refuse(record, 'closed', 'the producer was closed before the record could be sent')
        return 'drop'
      })
      await session.close()
    },
  }
}
