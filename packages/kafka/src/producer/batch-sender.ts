import { errorType, messageOf } from '../kafkajs/admin.ts'
import { chooseBatch, type Group, groupByLeader } from './batch.ts'
import type { KafkaClient } from '../kafkajs/client.ts'
import { kafkaInstruments, messagingAttributes } from '../instruments.ts'
import type { ProducerSession } from '../kafkajs/producer-session.ts'
import { createTopicDirectory } from '../topics/topic-directory.ts'
import { refuse, type RecordAccumulator } from './record-accumulator.ts'

/** Sends what waits, one batch at a time. */
export interface BatchSender {
  /** Sends the next batch and settles its records. @throws when Kafka cannot be reached, and nothing was sent. */
  sendNext(): Promise<void>
}

/** Where the records of a batch went, and how many of them were looked at. */
interface Place {
  readonly topic: string
  readonly partition: number
  readonly stored: boolean
  readonly base: string | undefined
  count: number
}

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
 * kafkajs alone loses acknowledged records when sends overlap or follow one that failed (it reuses sequence numbers).
 * So a batch ends before the next begins, and after any rejected send there is a new producer id.
 */
export function createBatchSender(
  client: KafkaClient,
  session: ProducerSession,
  waiting: RecordAccumulator,
  limits: { maxBatchRecords: number; maxBatchBytes: number },
): BatchSender {
  let stale = false
  const topics = createTopicDirectory(client, (topic) => {
    // kafkajs asks for the metadata of all topics that it ever wrote to, and fails for all of them where one is gone.
    client.log('warn', 'a topic is gone; the producer is replaced', { topic })
    stale = true
  })

  async function sendNext(): Promise<void> {
    if (stale) session.replace()
    stale = false
    await session.connected()
    await sendBatch()
  }

  async function sendBatch(): Promise<void> {
    for (const topic of await unknownTopics()) {
      waiting.take((record) => {
        if (record.topic !== topic) return 'leave'
        refuse(waiting, record, 'unknown-topic', `topic ${topic} does not exist, or may not be described`)
        return 'drop'
      })
    }
    const batch = chooseBatch(waiting, limits, (topic) => topics.known(topic))
    for (const record of batch.tooLarge) {
      refuse(
        waiting,
        record,
        'too-large',
        `${record.bytes} bytes are more than ${record.topic} takes (max.message.bytes)`,
      )
    }
    for (const record of batch.misplaced) {
      refuse(waiting, record, 'rejected', `${record.topic} has no partition ${record.partition}`)
    }
    if (batch.records.length === 0) return
    const groups = groupByLeader(batch.records, (topic) => topics.known(topic)?.leaders)
    // One request for each leader: where one of several refuses, kafkajs (src/producer/sendMessages.js) tries again what the others
    // have not answered yet, too, and under new sequence numbers: its lock on a broker is taken for each try, and each takes the next.
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
      if (seen++ >= limits.maxBatchRecords) return 'stop'
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
      // kafkajs leaves out, without a word, what is for a partition that its own metadata does not have yet.
      const unsent = group.records.filter((record) => record.state !== 'settled')
      return unsent.length === 0
        ? undefined
        : { group, error: new Error(`${unsent.length} records were not confirmed`) }
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

  function settleStored(group: Group, baseOffsets: ReadonlyMap<string, string | undefined>): void {
    const places = new Map<string, Place>()
    let place: Place | undefined
    for (const record of group.records) {
      const { topic, partition = 0 } = record
      // Most go where the one before went.
      if (place?.topic !== topic || place.partition !== partition) {
        const at = `${topic} ${partition}`
        place = places.get(at) ?? { topic, partition, stored: baseOffsets.has(at), base: baseOffsets.get(at), count: 0 }
        places.set(at, place)
      }
      const { stored, base, count } = place
      place.count++
      if (!stored) continue
      waiting.settle(record, {
        kind: 'stored',
        partition,
        offset: base === undefined ? undefined : offsetAfter(base, count),
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
      for (const record of group.records) waiting.settle(record, { kind: 'unknown', reason: 'unconfirmed', detail })
      return
    }
    const [only] = group.records
    if (group.records.length === 1 && only !== undefined) {
      refuse(waiting, only, refusal, detail)
      return
    }
    for (const record of group.records) {
      if (record.state === 'settled') continue
      const alone = { leader: group.leader, records: [record] }
      try {
        await session.connected()
      } catch {
        waiting.settle(record, { kind: 'unknown', reason: 'unconfirmed', detail })
        continue
      }
      const failed = await sendGroup(alone)
      if (failed === undefined) continue
      session.replace()
      await afterFailure(alone, failed.error)
    }
  }

  return { sendNext }
}

/** Offsets are int64; those of the first nine quadrillion records are numbers, which is quicker. */
function offsetAfter(base: string, place: number): string {
  const offset = Number(base) + place
  return Number.isSafeInteger(offset) ? String(offset) : String(BigInt(base) + BigInt(place))
}
