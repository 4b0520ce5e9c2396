import { copyHeaders, DEAD_LETTER_HEADERS } from '@imchannel/events'
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
export function deadLetterOf(record: BotRecord, facts: DeadLetterFacts): OutgoingBotRecord {
  const allHeaders = copyHeaders(record, ownHeaders(record, facts))
  const named = allHeaders.flatMap(({ name, value }) => (value === null ? [] : [[name.toString(), value] as const]))
  return {
    topic: facts.topic,
    key: record.key,
    value: record.value,
    headers: Object.fromEntries<string | Buffer>(named),
    allHeaders,
  }
}

/** For a topic that does not take the whole: the reason and the place, from which the value can still be read. */
export function deadLetterWithoutValue(record: BotRecord, facts: DeadLetterFacts): OutgoingBotRecord {
  const { [DEAD_LETTER_HEADERS.omitted]: _, ...own } = ownHeaders(record, facts)
  return { topic: facts.topic, key: null, value: null, headers: { ...own, [DEAD_LETTER_HEADERS.omitted]: 'true' } }
}

/** In the place of what an earlier letter of the record said. */
function ownHeaders(record: BotRecord, { code, error, attempts }: DeadLetterFacts) {
  return {
    [DEAD_LETTER_HEADERS.code]: code,
    [DEAD_LETTER_HEADERS.reason]: messageOf(error).slice(0, MAX_REASON).toWellFormed(),
    [DEAD_LETTER_HEADERS.topic]: record.topic,
    [DEAD_LETTER_HEADERS.partition]: String(record.partition),
    [DEAD_LETTER_HEADERS.offset]: record.offset,
    [DEAD_LETTER_HEADERS.attempts]: String(attempts),
    [DEAD_LETTER_HEADERS.omitted]: undefined,
  }
}
