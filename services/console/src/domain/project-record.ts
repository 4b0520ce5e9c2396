import type { KafkaRecord } from './kafka-record.ts'
import { projectCommand } from './project-command.ts'
import { projectEvent } from './project-event.ts'
import type { ProjectedRecord } from './projected-record.ts'

/** What stands in a topic. */
export type TopicRole = 'event' | 'command' | 'parked' | 'deadletter'

/** A record of any of the topics as the store takes it; one that cannot be read is kept too, and found by its place alone. */
export function projectRecord(record: KafkaRecord, role: TopicRole): ProjectedRecord {
  return role === 'event' ? projectEvent(record) : projectCommand(record, role)
}
