import { copyHeaders, DEAD_LETTER_HEADERS, cutReason } from '@imchannel/events'
import type { CommandError } from '../errors.ts'
import type { CommandRecord, RecordCopy } from './record.ts'

/** What is said of a letter beside its record. */
export interface LetterFacts {
  topic: string
  error: CommandError
  attempts: number
}

/** A longer key is no name of anything, a longer `traceparent` no trace, and both may be what the topic does not take. */
const MAX_KEPT_BYTES = 1_024

/** The command's key, bytes and headers as they were, and why it is here, in headers of strings. */
export function deadLetter(record: CommandRecord, facts: LetterFacts): RecordCopy {
  if (record.unreadable !== undefined) return deadLetterWithoutValue(record, facts)
  const headers = copyHeaders(record, ownHeaders(record, facts))
  return { topic: facts.topic, key: record.key, value: record.value, headers }
}

/** For a topic that does not take the whole: the reason and the place, from which the value can still be read. */
export function deadLetterWithoutValue(record: CommandRecord, facts: LetterFacts): RecordCopy {
  const traceparent = ifShort(record.headers['traceparent'])
  const kept = { headers: traceparent === null ? {} : { traceparent } }
  const own = { ...ownHeaders(record, facts), [DEAD_LETTER_HEADERS.omitted]: 'true' }
  return { topic: facts.topic, key: ifShort(record.key), value: null, headers: copyHeaders(kept, own) }
}

/** What an earlier letter of the same command said is not left beside it: a header that is not needed this time is undefined. */
function ownHeaders(record: CommandRecord, { error, attempts }: LetterFacts): Record<string, string | undefined> {
  return {
    [DEAD_LETTER_HEADERS.code]: error.code,
    [DEAD_LETTER_HEADERS.gate]: error.gate,
    [DEAD_LETTER_HEADERS.reason]: cutReason(error.reason).toWellFormed(),
    [DEAD_LETTER_HEADERS.topic]: record.topic,
    [DEAD_LETTER_HEADERS.topicAnew]: record.topicAnew,
    [DEAD_LETTER_HEADERS.partition]: String(record.partition),
    [DEAD_LETTER_HEADERS.offset]: record.offset,
    [DEAD_LETTER_HEADERS.attempts]: String(attempts),
    [DEAD_LETTER_HEADERS.omitted]: undefined,
  }
}

function ifShort(bytes: Buffer | null = null): Buffer | null {
  return bytes === null || bytes.length > MAX_KEPT_BYTES ? null : bytes
}
