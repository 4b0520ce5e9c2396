import { parseCommand } from '@imchannel/events'
import type { CommandReading } from '@imchannel/events'
import { readRange } from '@imchannel/kafka'
import type { IncomingRecord, KafkaClient } from '@imchannel/kafka'
import type { SeenEvent } from './facts.ts'
import { PREFIX } from './system.ts'

/** Reads topics from where it stopped the last time. */
export interface TopicReader {
  /** Everything so far. */
  readonly events: readonly SeenEvent[]
  readMore(): Promise<void>
}

export function readEvents(client: KafkaClient, topic: string): TopicReader {
  const events: SeenEvent[] = []
  const seen = new Map<number, number>()
  return {
    events,
    readMore: async () => {
      for await (const record of readRange(client, { topic })) {
        const offset = Number(record.offset)
        if (offset < (seen.get(record.partition) ?? 0)) continue
        seen.set(record.partition, offset + 1)
        events.push(toEvent(record, offset))
      }
    },
  }
}

/** The ids of the commands in the dead-letter topic. */
export async function readDeadLetters(client: KafkaClient): Promise<string[]> {
  const ids: string[] = []
  for await (const record of readRange(client, { topic: `${PREFIX}.outbound.deadletter` })) {
    const reading = parseCommand(atItsSource(record))
    ids.push(idOf(reading) ?? `${record.partition}-${record.offset}`)
  }
  return ids
}

/** A command without an id is called by the place where it was written first. */
function atItsSource(record: IncomingRecord): IncomingRecord {
  const text = (name: string): string | undefined => record.headers[`imchannel-source-${name}`]?.toString()
  return {
    ...record,
    topic: text('topic') ?? record.topic,
    partition: Number(text('partition') ?? record.partition),
    offset: text('offset') ?? record.offset,
    topicAnew: text('topic-id'),
  }
}

function idOf(reading: CommandReading): string | undefined {
  switch (reading.outcome) {
    case 'command':
      return reading.command.id
    case 'rejected':
      return reading.subject.commandId
    case 'unreadable':
      return undefined
  }
}

function toEvent({ topic, partition, headers, value, timestamp }: IncomingRecord, offset: number): SeenEvent {
  // `as`: all are optional, and nothing else is read.
  const data = JSON.parse(value?.toString() ?? '{}') as Pick<SeenEvent, 'commandId' | 'messageId'> & {
    error?: { code: string }
  }
  return {
    topic,
    partition,
    offset,
    type: headers['ce_type']?.toString() ?? '',
    id: headers['ce_id']?.toString() ?? '',
    commandId: data.commandId,
    messageId: data.messageId,
    errorCode: data.error?.code,
    at: timestamp,
  }
}
