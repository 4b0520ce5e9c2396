import { cutReason } from '@imchannel/events'
import type { CommandError } from '../errors.ts'
import { copyHeaders } from './record.ts'
import type { CommandRecord, RecordCopy } from './record.ts'

/** A longer key is no name of anything, and may be what the topic does not take. */
const MAX_KEY_BYTES = 1_024

/** The command's key, bytes and headers as they were, and why it is here, in headers of strings. */
export function deadLetter(
  record: CommandRecord,
  { topic, error, attempts }: { topic: string; error: CommandError; attempts: number },
): RecordCopy {
  const letter: RecordCopy = {
    topic,
    key: record.key,
    value: record.value,
    headers: {
      ...copyHeaders(record),
      'imchannel-error-code': error.code,
      'imchannel-error-reason': cutReason(error.reason).toWellFormed(),
      'imchannel-source-topic': record.topic,
      ...(record.topicAnew === undefined ? {} : { 'imchannel-source-topic-id': record.topicAnew }),
      'imchannel-source-partition': String(record.partition),
      'imchannel-source-offset': record.offset,
      'imchannel-attempts': String(attempts),
    },
  }
  return record.unreadable === undefined ? letter : deadLetterWithoutValue(letter)
}

/** For a topic that does not take the whole: the reason and the place, from which the value can still be read. */
export function deadLetterWithoutValue(letter: RecordCopy): RecordCopy {
  const headers = Object.fromEntries(
    Object.entries(letter.headers).filter(([name]) => name.startsWith('imchannel-') || name === 'traceparent'),
  )
  const key = letter.key !== null && letter.key.length > MAX_KEY_BYTES ? null : letter.key
  return { ...letter, key, value: null, headers: { ...headers, 'imchannel-value-omitted': 'true' } }
}
