import { messageOf } from './errors.ts'
import type { BotRecord, OutgoingBotRecord } from './transport.ts'

export type DeadLetterCode = 'handler_failed' | 'unreadable'

export interface DeadLetterFacts {
  readonly topic: string
  readonly code: DeadLetterCode
  readonly error: unknown
  readonly attempts: number
}

const MAX_REASON = 1_000

/** The record's key, bytes and headers untouched, and why it is there. */
export function deadLetterOf(record: BotRecord, { topic, code, error, attempts }: DeadLetterFacts): OutgoingBotRecord {
  const kept = Object.entries(record.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return {
    topic,
    key: record.key,
    value: record.value,
    headers: {
      ...(Object.fromEntries(kept) as Record<string, string | Buffer>), // what is undefined is left out
      'imchannel-error-code': code,
      'imchannel-error-reason': messageOf(error).slice(0, MAX_REASON).toWellFormed(),
      'imchannel-source-topic': record.topic,
      'imchannel-source-partition': String(record.partition),
      'imchannel-source-offset': record.offset,
      'imchannel-attempts': String(attempts),
    },
  }
}

/** For a topic that does not take the whole: the reason and the place, from which the value can still be read. */
export function withoutValue({ topic, headers }: OutgoingBotRecord): OutgoingBotRecord {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('imchannel-'))
  return { topic, key: null, value: null, headers: { ...Object.fromEntries(own), 'imchannel-value-omitted': 'true' } }
}
