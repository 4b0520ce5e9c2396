import { expect, test } from 'vitest'
import type { RecordRow } from '../adapters/store/read-timeline.ts'
import { MASKED, PLAIN } from './mask.ts'
import { viewMessage } from './view-timeline.ts'

const message = { id: 1, message_id: '7b1e0a52-0000-5000-8000-000000000001', command_id: 'c-1', template: null }

function row(kind: string, at: number, data: unknown, more: Partial<RecordRow> = {}): RecordRow {
  return {
    id: at,
    topic: 'im.status',
    partition: 0,
    offset: at,
    identity: String(at),
    kind,
    type: `imchannel.message.${kind}.v1`,
    ce_id: null,
    tenant: 'acme',
    conversation: 1,
    message: 1,
    at,
    written_at: at,
    trace_id: null,
    problem: null,
    code: null,
    reason: null,
    sender: null,
    key: null,
    headers: '[]',
    value: Buffer.from(JSON.stringify(data)),
    ...more,
  }
}

const command = row('command', 1, { content: { type: 'text', text: 'Hello' } })
const accepted = row('accepted', 3, {})
const report = (at: number, groupId: number, more: Partial<RecordRow> = {}) =>
  row('delivery', at, { status: { groupId } }, more)
const failed = { problem: 'failed', code: 'NO_SESSION', reason: 'no window' }

test.each<[string, RecordRow[]]>([
  ['waiting', [command]],
  ['unknown', [command, row('attempt', 2, { outcome: 'unknown' })]],
  ['parked', [command, row('parked', 2, {})]],
  ['accepted', [command, accepted]],
  ['delivered', [command, accepted, report(4, 3)]],
  ['seen', [command, accepted, row('seen', 5, {}), report(4, 3)]],
  ['failed', [command, accepted, report(4, 5, failed)]],
  ['rejected', [command, row('rejected', 3, {}), row('deadletter', 3, {})]],
  ['expired', [command, row('expired', 3, {})]],
  ['received', [row('received', 1, { content: { type: 'text', text: 'Hi' } })]],
])('is %s, told by its records', (state, records) => {
  expect(viewMessage({ message, records }, PLAIN).state).toBe(state)
})

test('has its chain in the order of time, with what spoke against it before it was accepted', () => {
  const advised = row('accepted', 3, { advice: [{ gate: 'consent', code: 'opted_out', reason: 'by a key word' }] })
  const delivered = row('delivery', 4, { status: { groupId: 3 }, original: { to: '351927482662' } })
  const { steps, text } = viewMessage({ message, records: [command, advised, delivered] }, PLAIN)
  expect(steps.map(({ kind, afterMs }) => [kind, afterMs])).toEqual([
    ['command', 0],
    ['decision', 2],
    ['outcome', 2],
    ['webhook', 3],
    ['report', 3],
  ])
  expect(steps[1]?.facts).toEqual([{ name: 'consent', value: 'opted_out: by a key word' }])
  expect(text).toBe('Hello')
})

test('shows no word of anybody, and no number, under masks', () => {
  const reason = 'no account for 351927482662'
  const view = viewMessage(
    { message, records: [command, row('rejected', 2, {}, { problem: 'rejected', code: 'x', reason })] },
    MASKED,
  )
  expect(view).toMatchObject({ text: '•••', problem: { code: 'x', reason: 'no account for *********662' } })
})
