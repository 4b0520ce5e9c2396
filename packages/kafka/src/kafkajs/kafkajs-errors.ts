import { errorType } from './admin.ts'

/** The group or the login is refused, or a setting of the membership: time mends none of these. What is refused of a topic is its alone. */
const FATAL_TYPES: ReadonlySet<string> = new Set([
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_GROUP_ID',
  'UNSUPPORTED_VERSION',
])
/** The same, by kafkajs's names. */
const FATAL_NAMES: ReadonlySet<string> = new Set([
  'KafkaJSSASLAuthenticationError',
  'KafkaJSServerDoesNotSupportApiKey',
])

/** Whether the broker does not let us in at all. */
export function isLoginRefused(error: unknown): boolean {
  return hasName(error, (name) => name === 'KafkaJSSASLAuthenticationError')
}

/** Whether another member has joined under the same `group.instance.id`. */
export function isFenced(error: unknown): boolean {
  return errorType(error) === 'FENCED_INSTANCE_ID'
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
