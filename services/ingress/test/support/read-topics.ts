import { type Topics, topics as topicsOf } from '@imchannel/events'
import { createKafkaClient, createOrderedConsumer, ensureTopics, type IncomingRecord } from '@imchannel/kafka'
import { testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { costTopicSpec, topicSpecs } from '../../src/topic-specs.ts'

export interface TopicReader extends AsyncDisposable {
  readonly topics: Topics
  /** Everything read so far, in the order of arrival. */
  readonly records: readonly IncomingRecord[]
  /** The records that match, once there are so many; extra ones that come later are seen by a later call. */
  take(matches: (record: IncomingRecord) => boolean, count: number): Promise<IncomingRecord[]>
}

/** Reads all topics that ingress cannot do without under a prefix, and that of costs where they are asked for, from their beginning. */
export async function readTopics(
  prefix: string,
  brokers: readonly string[] = testStack().brokers,
  { withCosts = false }: { readonly withCosts?: boolean } = {},
): Promise<TopicReader> {
  const client = createKafkaClient({ brokers }, { clientId: 'test-reader' })
  const topics = topicsOf(prefix)
  const specs = [...topicSpecs(topics, 1), ...(withCosts ? [costTopicSpec(topics, 1)] : [])]
  await ensureTopics(client, specs)
  const records: IncomingRecord[] = []
  const consumer = createOrderedConsumer(client, {
    groupId: uniqueName('reader'),
    topics: specs.map(({ name }) => name),
    laneOf: ({ topic, partition }) => `${topic} ${partition}`,
    handle: async (record) => {
      records.push(record)
      return { kind: 'done' }
    },
  })
  consumer.start()
  return {
    topics,
    records,
    take: async (matches, count) => {
      const found = (): IncomingRecord[] => records.filter(matches)
      await waitUntil(() => found().length >= count, { what: `${count} records; there are ${records.length}` })
      return found()
    },
    [Symbol.asyncDispose]: () => consumer.stop(),
  }
}

export function headerOf(record: IncomingRecord, name: string): string | undefined {
  return record.headers[name]?.toString()
}

export function dataOf(record: IncomingRecord): Record<string, unknown> {
  return JSON.parse(record.value?.toString() ?? 'null') as Record<string, unknown> // events are objects
}
