import { setTimeout as sleep } from 'node:timers/promises'
import type { ObservableResult } from '@opentelemetry/api'
import { messageOf } from '../kafkajs/admin.ts'
import { createBatchSender } from './batch-sender.ts'
import type { KafkaClient } from '../kafkajs/client.ts'
import { kafkaInstruments } from '../instruments.ts'
import { withHeaders } from '../headers.ts'
import { encodeFields } from '../kafkajs/encode-fields.ts'
import { createProducerSession } from '../kafkajs/producer-session.ts'
import { recordBytes } from '../kafkajs/record-size.ts'
import type { OutgoingRecord, PublishResult } from '../records.ts'
import { within } from '../within.ts'
import { startSendSpan } from './send-span.ts'
import { countSent } from './sent-counts.ts'
import { createRecordAccumulator, refuse, type Waiting } from './record-accumulator.ts'

export interface PublishOptions {
  /** How long the records may take. Default 60 s, twice what kafkajs takes to give up. */
  deadlineMs?: number
  /**
   * Whose they are. Owners take turns, and one may hold three times the room that it leaves free, so that there is always some
   * for others. By default all that is published is one owner's.
   */
  owner?: string
}

export interface ProducerOptions {
  /** How long a first record waits at most while each turn of the event loop brings it company. Default 5 ms. */
  lingerMs?: number
  /** A batch goes when it has so many records (default 500) … */
  maxBatchRecords?: number
  /** … or so many bytes (default 512 KiB, half of Kafka's default for a whole record batch). */
  maxBatchBytes?: number
  /** Room for records that wait; beyond it, `publish` refuses at once. Default 10,000. */
  maxWaitingRecords?: number
  /** The same in bytes; asked each time. Default 64 MiB. */
  maxWaitingBytes?: () => number
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
  publish(records: readonly OutgoingRecord[], options?: PublishOptions): Promise<PublishResult[]>
  /** Whether Kafka answered lately: to a batch, or to a question asked while there was none. */
  isReady(): boolean
  /** Sends what waits, within `deadlineMs` (default 10 s), and refuses what is left. */
  close(options?: { deadlineMs?: number }): Promise<void>
}

/** Records that are published together. */
interface Publication {
  readonly results: PublishResult[]
  /** Those whose result is not known yet. */
  open: number
  done(): void
}

const DEFAULTS = {
  lingerMs: 5,
  maxBatchRecords: 500,
  maxBatchBytes: 512 * 1024,
  maxWaitingRecords: 10_000,
  maxWaitingBytes: () => 64 * 1024 * 1024,
  compression: 'none',
} as const

/** Twice what kafkajs takes to give up: longer than any outage that it survives by itself. */
const DEADLINE_MS = 60_000
const CLOSE_MS = 10_000
/** What an owner may hold, of what it leaves free: a single one takes three quarters, and the next finds room. */
const OWNERS_SHARE = 3
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

/** Makes a producer. Nothing is connected before `connect` or the first `publish`. */
export function createProducer(client: KafkaClient, options: ProducerOptions = {}): Producer {
  const settings = { ...DEFAULTS, ...options }
  const waiting = createRecordAccumulator()
  const session = createProducerSession(client, settings.compression)
  const sender = createBatchSender(client, session, waiting, settings)
  let closing = false
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    // Only the first batch waits for company: the next ones have had a whole round trip's time to fill.
    await linger()
    let pauseMs = FIRST_PAUSE_MS
    while (waiting.count > 0) {
      try {
        await sender.sendNext()
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
    working ??= work().finally(() => {
      working = undefined
      if (waiting.count > 0 && !session.isClosed()) wake()
    })
  }

  /** A turn that brings nothing more has nothing else to do either: then the batch costs no time that somebody else would use. */
  async function linger(): Promise<void> {
    const until = performance.now() + settings.lingerMs
    let before = -1
    while (waiting.count > before && !isFull() && performance.now() <= until) {
      before = waiting.count
      await turnEnd()
    }
  }

  function isFull(): boolean {
    return waiting.count >= settings.maxBatchRecords || waiting.bytes >= settings.maxBatchBytes
  }

  function onDeadline(records: readonly Waiting[], deadlineMs: number): void {
    for (const record of records) {
      if (record.state === 'waiting') refuse(waiting, record, 'timeout', `not sent within ${deadlineMs} ms`)
      else
        waiting.settle(record, {
          kind: 'unknown',
          reason: 'timeout',
          detail: `sent, but not confirmed within ${deadlineMs} ms`,
        })
    }
  }

  /** `count` and `bytes` are what is asked for; an empty queue takes anything, or a large publish could never pass. */
  function hasRoom(owner: string | undefined, count: number, bytes: number): boolean {
    if (waiting.count === 0) return true
    const left = settings.maxWaitingRecords - waiting.count - count
    const bytesLeft = settings.maxWaitingBytes() - waiting.bytes - bytes
    if (left < 0 || bytesLeft < 0) return false
    if (owner === undefined) return true
    const held = waiting.heldBy(owner)
    if (held.count === 0) return true
    return held.count + count <= OWNERS_SHARE * left && held.bytes + bytes <= OWNERS_SHARE * bytesLeft
  }

  function enter(record: OutgoingRecord, owner: string, publication: Publication, index: number): Waiting {
    const span = startSendSpan(record, client.clientId)
    const headers = span.headers === undefined ? record.headers : withHeaders(record.headers, span.headers)
    const { bytes: fields, keyHash } = encodeFields(record.key, record.value, headers)
    return {
      topic: record.topic,
      owner,
      fields,
      keyHash,
      bytes: recordBytes(fields.length),
      partition: record.partition,
      state: 'waiting',
      tell: (result) => {
        span.end(result)
        publication.results[index] = result
        if (--publication.open === 0) publication.done()
      },
    }
  }

  const observe = (observer: ObservableResult) =>
    observer.observe(waiting.count, { 'messaging.client.id': client.clientId })
  kafkaInstruments().waiting.addCallback(observe)

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
    publish: (records, { deadlineMs = DEADLINE_MS, owner } = {}) =>
      new Promise((resolve) => {
        if (records.length === 0) return resolve([])
        const results: PublishResult[] = Array.from({ length: records.length })
        let timer: NodeJS.Timeout | undefined
        const done = (): void => {
          clearTimeout(timer)
          countSent(
            records.map(({ topic }) => topic),
            results,
          )
          resolve(results)
        }
        const publication: Publication = { results, open: records.length, done }
        // Before they are encoded, which is most of what a record costs here.
        const refusal = closing ? 'closed' : hasRoom(owner, records.length, sizeOf(records)) ? undefined : 'overloaded'
        if (refusal !== undefined) {
          const detail = closing ? 'the producer is closed' : 'too many records wait to be sent'
          for (const index of records.keys()) results[index] = { kind: 'refused', reason: refusal, detail }
          return done()
        }
        const entered = records.map((record, index) => enter(record, owner ?? '', publication, index))
        for (const record of entered) waiting.add(record)
        timer = setTimeout(() => onDeadline(entered, deadlineMs), deadlineMs)
        wake()
      }),
    isReady: () => !closing && session.isReady(),
    close: async ({ deadlineMs = CLOSE_MS } = {}) => {
      closing = true
      await within(working ?? Promise.resolve(), deadlineMs)
      waiting.take((record) => {
        refuse(waiting, record, 'closed', 'the producer was closed before the record could be sent')
        return 'drop'
      })
      kafkaInstruments().waiting.removeCallback(observe)
      await session.close()
    },
  }
}

/** Of keys and values: headers are small beside what is kept for any record. */
function sizeOf(records: readonly OutgoingRecord[]): number {
  let bytes = 0
  for (const { key, value } of records) bytes += recordBytes((key?.length ?? 0) + (value?.length ?? 0))
  return bytes
}

/** What comes until then goes together. */
function turnEnd(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
