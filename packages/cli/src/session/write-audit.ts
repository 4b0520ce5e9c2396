import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { type AuditRecorded, auditRecordedEvent, encodeEvent } from '@imchannel/events'
import { ensureTopics } from '@imchannel/kafka'
import { Failure } from './failure.ts'
import type { Session } from './session.ts'

const DAY_MS = 86_400_000
const KEPT_DAYS = 400

/**
 * Writes down what somebody does by the command line, before it is done.
 *
 * @param at RFC 3339
 * @throws Failure where Kafka has not taken it
 */
export async function writeAudit(
  session: Session,
  entry: Omit<AuditRecorded, 'by' | 'via'>,
  at = new Date().toISOString(),
): Promise<void> {
  const topics = session.topics()
  const { partitions } = session.config().topics
  const config = { 'retention.ms': String(KEPT_DAYS * DAY_MS) }
  const producer = await session.producer()
  const { missing } = await ensureTopics(session.kafka(), [{ name: topics.audit, partitions, replication: 3, config }])
  if (missing[0] !== undefined)
    throw new Failure(`${topics.audit} is missing and may not be made (${missing[0].problem}): nothing was done`)
  const event = auditRecordedEvent({ ...entry, by: userName(), via: 'command line' }, { at, actionId: randomUUID() })
  const [result] = await producer.publish([encodeEvent(event, topics)])
  if (result?.kind !== 'stored')
    throw new Failure(`it must stand in ${topics.audit} first, and Kafka did not take it: ${result?.detail ?? ''}`)
}

/** Of the operating system; a container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
