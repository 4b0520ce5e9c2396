import { errorType, messageOf } from './admin.ts'

/** Access refused, or a setting that the broker does not take: time mends none of these. */
const FATAL_TYPES: ReadonlySet<string> = new Set([
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_GROUP_ID',
  'UNSUPPORTED_VERSION',
])
/** The same, by kafkajs's names; and faults of a program, which kafkajs does not try again either. */
const FATAL_NAMES: ReadonlySet<string> = new Set([
  'KafkaJSNotImplemented',
  'KafkaJSSASLAuthenticationError',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSUnsupportedMagicByteInMessageSet',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
])

/** Whether the broker does not let us in at all. */
export function isLoginRefused(error: unknown): boolean {
  return hasName(error, (name) => name === 'KafkaJSSASLAuthenticationError')
}

/** Whether a consumer that failed so would fail so again for ever. */
export function isFatal(error: unknown): boolean {
  return hasName(error, (name) => FATAL_NAMES.has(name)) || FATAL_TYPES.has(errorType(error) ?? '')
}

function hasName(error: unknown, isIt: (name: string) => boolean): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++) {
    if (isIt(at.name)) return true
  }
  return false
}

/** The error, with what to do about it where kafkajs's own words do not say. */
export function explain(error: unknown): Error {
  const text = messageOf(error)
  if (/compression not implemented/i.test(text)) {
    return new Error(
      `a record is compressed in a way that this consumer cannot read (${text}): have it produced with zstd, gzip or without compression`,
      { cause: error },
    )
  }
  return error instanceof Error ? error : new Error(text)
}
