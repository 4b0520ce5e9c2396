import { computeState, type MessageState, type StatusCode, stateOf } from '@imchannel/events'
import type { MessageRow, RecordRow, TimelineEntry } from '../adapters/store/read-timeline.ts'
import type { TimelineMessage } from '../http/api/conversation.ts'
import { contentText } from './content-text.ts'
import { priceOf, shortType } from './describe-record.ts'
import type { Masks } from './mask.ts'
import { type Json, jsonOf, parseValue } from './record-value.ts'
import { timeText } from './time-text.ts'
import { viewSteps } from './view-steps.ts'

/** A message with all that is known of it. */
export function viewMessage({ message, records }: TimelineEntry, masks: Masks): TimelineMessage {
  const parsed = records.map((row) => ({ row, data: jsonOf(parseValue(row.value)) }))
  const said = parsed.find(({ row }) => row.kind === 'received' || row.kind === 'echoed' || row.kind === 'call')
  const commands = parsed.filter(({ row }) => isCommand(row.kind))
  const content = contentOf(said ?? commands[0])
  const startedAt = records[0]?.at ?? 0
  const problem = records.findLast((row) => row.problem !== null)
  const price = priceIn(parsed.map(({ data }) => data))
  const text = contentText(content.value)
  return {
    id: message === undefined ? `r${records[0]?.id ?? 0}` : String(message.id),
    direction: directionOf(parsed),
    at: timeText(startedAt),
    ...(message === undefined ? {} : idsOf(message, masks)),
    type: content.type ?? shortType(records[0]?.type ?? 'message'),
    ...(text === undefined ? {} : { text: masks.words(text) }),
    state: said === undefined ? stateIn(parsed) : 'received',
    ...(problem === undefined ? {} : { problem: problemOf(problem, masks) }),
    ...(price === undefined ? {} : { price }),
    traceIds: [...new Set(records.flatMap((row) => row.trace_id ?? []))],
    steps: records.flatMap((row) => viewSteps(row, startedAt, masks)),
  }
}

function idsOf({ message_id: messageId, command_id: commandId, template }: MessageRow, masks: Masks) {
  return {
    messageId: masks.id(messageId),
    ...(commandId === null ? {} : { commandId: masks.id(commandId) }),
    ...(template === null ? {} : { template }),
  }
}

function problemOf({ code, reason }: RecordRow, masks: Masks) {
  return { code: code ?? 'unknown', reason: masks.reason(reason ?? '') }
}

interface Parsed {
  readonly row: RecordRow
  readonly data: Json
}

function isCommand(kind: string): boolean {
  return kind === 'command' || kind === 'parked' || kind === 'deadletter'
}

function directionOf(parsed: readonly Parsed[]): TimelineMessage['direction'] {
  const kinds = parsed.map(({ row }) => row.kind)
  if (kinds.some((kind) => kind === 'received' || kind === 'call')) return 'in'
  if (kinds.includes('echoed')) return 'out'
  if (kinds.every((kind) => kind === 'account' || kind === 'typing' || kind === 'other' || kind === 'audit'))
    return 'note'
  return parsed.some(({ row, data }) => isCommand(row.kind) && contentOf({ row, data }).value === undefined)
    ? 'note'
    : 'out'
}

/** Of an event, or of a command in either of CloudEvents’ modes. */
function contentOf(parsed: Parsed | undefined): { readonly type: string | undefined; readonly value: unknown } {
  const value = parsed?.data.at('content') ?? parsed?.data.at('data', 'content')
  return { type: jsonOf(value).text('type'), value }
}

interface Observed {
  readonly name: string
  readonly state: MessageState
  readonly status?: StatusCode
  readonly at: string
}

function stateIn(parsed: readonly Parsed[]): string {
  const best = computeState(parsed.flatMap(observe))
  if (best !== undefined) return best.name
  const last = parsed.findLast(({ row }) => row.kind === 'attempt')
  if (last?.data.text('outcome') === 'unknown') return 'unknown'
  if (parsed.some(({ row }) => row.kind === 'parked')) return 'parked'
  return parsed.some(({ row }) => isCommand(row.kind)) ? 'waiting' : 'noted'
}

function observe({ row, data }: Parsed): Observed[] {
  const at = timeText(row.at)
  switch (row.kind) {
    case 'accepted':
    case 'seen':
      return [{ name: row.kind, state: row.kind, at }]
    case 'clicked':
      return [{ name: 'seen', state: 'seen', at }]
    case 'rejected':
    case 'expired':
      return [{ name: row.kind, state: 'failed', at }]
    case 'delivery': {
      const status = { groupId: data.number('status', 'groupId'), id: data.number('status', 'id') }
      const state = stateOf(status)
      return [{ name: state, state, status, at }]
    }
    default:
      return []
  }
}

function priceIn(data: readonly Json[]): TimelineMessage['price'] {
  const found = data.findLast((one) => priceOf(one) !== undefined)
  if (found === undefined) return undefined
  const [amount = '', currency] = (priceOf(found) ?? '').split(' ')
  return { amount, ...(currency === undefined ? {} : { currency }) }
}
