import type { KafkaRecord } from './kafka-record.ts'

/** `topic/partition/offset`; where a topic was made anew, its digits stand behind its name. */
export function placeOf({ topic, topicAnew, partition, offset }: KafkaRecord): string {
  return `${nameOf({ topic, topicAnew })}/${partition}/${offset}`
}

/** The same of a row of the store. */
export function placeText({ topic, partition, offset }: { topic: string; partition: number; offset: number }): string {
  return `${topic}/${partition}/${offset}`
}

function nameOf({ topic, topicAnew }: Pick<KafkaRecord, 'topic' | 'topicAnew'>): string {
  return topicAnew === undefined ? topic : `${topic}~${topicAnew}`
}

/** What is the same for every record: where it is, and what it is as bytes. */
export function frameOf(record: KafkaRecord) {
  const headers = Object.entries(record.headers).map(([name, value]) => [name, value?.toString() ?? ''])
  return {
    topic: nameOf(record),
    partition: record.partition,
    offset: Number(record.offset),
    written_at: record.timestamp,
    trace_id: traceIdOf(record.headers['traceparent']?.toString()),
    key: record.key?.toString() ?? null,
    headers: JSON.stringify(headers),
    value: record.value,
  }
}

function traceIdOf(traceparent: string | undefined): string | null {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1] ?? null
}
