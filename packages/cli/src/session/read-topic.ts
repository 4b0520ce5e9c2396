import { type IncomingRecord, listTopics, readRange, type RangeEdge, topicOffsets } from '@imchannel/kafka'
import { Failure, messageOf } from './failure.ts'
import { count } from './read-values.ts'
import type { Session } from './session.ts'

/** Where each partition of a topic begins and ends at one moment, so that two readings see the same records. */
export interface Extent {
  readonly topic: string
  readonly low: ReadonlyMap<number, bigint>
  readonly high: ReadonlyMap<number, bigint>
  readonly records: number
}

/** @throws Failure where Kafka does not answer or has no such topic */
export async function extentOf(session: Session, topic: string): Promise<Extent> {
  await requireTopic(session, topic)
  const offsets = await topicOffsets(session.kafka(), topic)
  return {
    topic,
    low: new Map(offsets.map(({ partition, low }) => [partition, low])),
    high: new Map(offsets.map(({ partition, high }) => [partition, high])),
    records: offsets.reduce((sum, { low, high }) => sum + Number(high - low), 0),
  }
}

/** @throws Failure where Kafka does not answer */
export async function requireKafka(session: Session): Promise<void> {
  await topicNames(session)
}

/** The names of all topics. @throws Failure where Kafka does not answer */
export async function topicNames(session: Session): Promise<string[]> {
  try {
    return await listTopics(session.kafka())
  } catch (error) {
    throw new Failure(
      `Kafka at ${session.config().kafka.brokers.join(', ')} does not answer: ${messageOf(error)}; is it running, and is kafka.brokers right?`,
    )
  }
}

/** @throws Failure naming the topic and what makes it */
export async function requireTopic(session: Session, topic: string): Promise<void> {
  if ((await topicNames(session)).includes(topic)) return
  throw new Failure(`Kafka has no topic "${topic}": "imchannel topics create" makes those of the configuration`)
}

/** Reads what an extent holds, with a count for whoever waits. */
export async function* readExtent(
  session: Session,
  extent: Extent,
  options: { from?: RangeEdge; what?: string; filter?: (record: IncomingRecord) => boolean } = {},
): AsyncGenerator<IncomingRecord, void, void> {
  const { out, io } = session
  let seen = 0
  let shownAt = 0
  const filter = (record: IncomingRecord): boolean => {
    seen++
    if (performance.now() - shownAt > 200) {
      shownAt = performance.now()
      out.progress(
        `${options.what ?? `reading ${extent.topic}`}: ${count(seen, 'record')} of ${extent.records.toLocaleString('en')}`,
      )
    }
    return options.filter?.(record) ?? true
  }
  try {
    const { from = 'earliest' } = options
    yield* readRange(session.kafka(), {
      topic: extent.topic,
      from,
      to: { offsets: extent.high },
      filter,
      signal: io.signal,
    })
  } finally {
    out.endProgress()
  }
}
