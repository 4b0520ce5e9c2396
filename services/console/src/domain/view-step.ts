import type { RecordRow } from '../adapters/store/read-timeline.ts'
import type { Step } from '../http/api/conversation.ts'
import { describeRecord } from './describe-record.ts'
import type { Masks } from './mask.ts'
import { jsonOf, parseValue } from './record-value.ts'
import { timeText } from './time-text.ts'

/** One link of a message’s chain. */
export function viewStep(row: RecordRow, startedAt: number, masks: Masks): Step {
  const { kind, title, tone, detail, code, facts } = describeRecord(row, masks)
  const data = jsonOf(parseValue(row.value))
  const original =
    data.at('originalOmitted') === true ? 'omitted' : data.at('original') === undefined ? undefined : 'whole'
  return {
    id: String(row.id),
    kind,
    type: row.type,
    at: timeText(row.at),
    afterMs: Math.max(0, row.at - startedAt),
    title,
    tone,
    ...(detail === undefined || detail === '' ? {} : { detail }),
    ...(code === undefined ? {} : { code }),
    facts: facts.map(({ name, value }) => ({ name, value: masks.reason(value) })),
    ...(original === undefined ? {} : { original }),
    ...(row.trace_id === null ? {} : { traceId: row.trace_id }),
    topic: row.topic,
    partition: row.partition,
    offset: String(row.offset),
  }
}
