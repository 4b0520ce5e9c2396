import type { ProjectedRecord } from '../src/domain/projected-record.ts'
import { projectRecord } from '../src/domain/project-record.ts'
import { createTopicLog, tellStory } from '../test/seed.ts'

/** What one write of the store takes. */
export const BATCH = 500
/** Records of one exchange: what a customer says, and two answers with all that becomes of them. */
const OF_A_STORY = 9
/** Of a million records: 50,000 conversations. */
const OF_A_CONVERSATION = 20

/** Conversations, each with so many records that there is one for every twenty of `events`. The same ones each time. */
export function* createRecords(events: number): Generator<ProjectedRecord, never, void> {
  const log = createTopicLog()
  const conversations = conversationsOf(events)
  for (let index = 0; ; index++) {
    const customer = customerOf(index % conversations)
    const round = Math.floor(index / conversations)
    const told = {
      customer,
      userId: `PT.${customer}`,
      name: 'Teresa',
      said: 'Oh well, a line as people write',
      answer: 'Hello',
      round,
    }
    for (const { record, role } of tellStory(told, log)) yield projectRecord(record, role)
  }
}

export function conversationsOf(events: number): number {
  return Math.max(1, Math.round(events / OF_A_CONVERSATION))
}

/** So many of them have been told once so many records are written. */
export function toldOf(records: number, events: number): number {
  return Math.min(conversationsOf(events), Math.floor(records / OF_A_STORY))
}

export function customerOf(index: number): string {
  return `351${String(900_000_000 + index)}`
}

export function take(source: Generator<ProjectedRecord, never, void>, count: number): ProjectedRecord[] {
  return Array.from({ length: count }, () => source.next().value)
}
