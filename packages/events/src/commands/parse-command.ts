import { isObject, readCloudEvent } from '../codec/cloud-event.ts'
import type { ReadableRecord } from '../codec/event-record.ts'
import { isBsuid, normaliseNumber } from '../identity/normalise-number.ts'
import { toInstant } from '../instant.ts'
import type { OutcomeSubject } from '../outcome-events.ts'
import { commandRegistry, commandTypes, tenantPattern, type Command, type CommandType } from './commands.ts'
import { exactReader } from './exact-numbers.ts'
import { describeIssues, type CommandProblem } from './problem.ts'
import { sketchCommand, type CommandSketch } from './sketch-command.ts'
import { MAX_DEPTH, stripNulls } from './strip-nulls.ts'

/** Far above what any message of WhatsApp has; JSON of 8 MiB can be millions of values, and hundreds of MB once parsed. */
export const MAX_TOKENS = 10_000
const DEFAULT_TYPE = 'imchannel.message.send.v1'
// What a refused command says of itself goes into keys, events and the ledger: no longer than a good one's.
const MAX_NUMBER = 150
const MAX_TYPE = 128
const MAX_CALLBACK_DATA = 4_000

/**
 * `unreadable`: not JSON, so there is nobody to answer: a dead letter alone. `rejected`: an event, and a dead letter unless it was only
 * to be checked; `subject` is what could be read of it.
 */
export type CommandReading =
  | { readonly outcome: 'command'; readonly command: Command; readonly idFrom: 'value' | 'header' | 'position' }
  | { readonly outcome: 'unreadable'; readonly reason: string }
  | { readonly outcome: 'rejected'; readonly subject: OutcomeSubject; readonly error: CommandProblem }

/**
 * Reads a command from a record: a bare JSON value, CloudEvents headers (`ce_id`, `ce_type`) beside one, or a structured CloudEvent.
 * The kind is `ce_type`, else the value's `type`, else a send; `.v1` may be left out.
 */
export function parseCommand(record: ReadableRecord): CommandReading {
  const refused = refuseUnread(record)
  if (refused !== undefined) return refused
  const exact = exactReader()
  const reading = readCloudEvent(record, exact.parse)
  if (!reading.ok) return { outcome: 'unreadable', reason: reading.reason }
  const { attributes, notText } = reading.event
  const data = exact.plain(reading.event.data)
  const stripped = stripNulls(data)
  const given = isObject(data) ? data : {}
  const id = idOf(given, attributes['id'], record)
  const type = attributes['type'] ?? stringOf(given['type']) ?? DEFAULT_TYPE
  const reject = (error: CommandProblem): CommandReading => ({
    outcome: 'rejected',
    subject: subjectOf(given, id.value, type),
    error,
  })

  const malformed = problemOfForm(stripped, id, notText)
  if (malformed !== undefined) return reject(malformed)
  const known = commandTypeOf(type)
  if (typeof known !== 'string') return reject(known)
  const checked = commandRegistry[known].schema.safeParse(stripped?.value)
  if (!checked.success) return reject(invalid(describeIssues(checked.error)))
  const normalised = normalise(checked.data)
  if ('code' in normalised) return reject(normalised)
  // The schema of this very type accepted the fields; id and type are set here.
  return {
    outcome: 'command',
    command: { ...normalised.fields, type: known, id: id.value } as Command,
    idFrom: id.from,
  }
}

/** What is wrong with a command before its kind is looked at. `stripped` is undefined where it is too deep. */
function problemOfForm(
  stripped: { readonly value: unknown } | undefined,
  id: Id,
  notText: ReadonlySet<string>,
): CommandProblem | undefined {
  if (stripped === undefined) return invalid(`the command is nested deeper than ${MAX_DEPTH} levels`)
  if (!isObject(stripped.value)) return invalid('a command is a JSON object')
  // By its place it would be another command each time that it is written.
  if (id.from !== 'value' && notText.has('id')) return { code: 'invalid_id', reason: 'id: is a string' }
  if (notText.has('type')) return invalid('type: is a string')
  return id.problem === undefined ? undefined : { code: 'invalid_id', reason: id.problem }
}

/** A command of more tokens than any message has: refused before its values are built, as far as it says who wrote it. */
function refuseUnread(record: ReadableRecord): CommandReading | undefined {
  // A token is a byte at least.
  if (record.value === null || record.value.length <= MAX_TOKENS) return undefined
  const sketch = sketchCommand(record)
  if (sketch.tokens <= MAX_TOKENS) return undefined
  const reason = `the value has ${sketch.tokens} brackets, commas and colons, more than the ${MAX_TOKENS} that a command may have`
  const subject = subjectOfSketch(record, sketch)
  return subject === undefined
    ? { outcome: 'unreadable', reason }
    : { outcome: 'rejected', subject, error: invalid(reason) }
}

/** Whose a command is that is not to be read; undefined where it names no tenant. */
export function sketchSubject(record: ReadableRecord): OutcomeSubject | undefined {
  return subjectOfSketch(record, sketchCommand(record))
}

function subjectOfSketch(record: ReadableRecord, { attributes, data }: CommandSketch): OutcomeSubject | undefined {
  const type = attributes['type'] ?? data['type'] ?? DEFAULT_TYPE
  const subject = subjectOf(data, idOf(data, attributes['id'], record).value, type)
  return subject.tenant === undefined ? undefined : subject
}

interface Id {
  readonly value: string
  readonly from: 'value' | 'header' | 'position'
  readonly problem?: string
}

/** The id of a command that brings none: its place, which in a topic that was made anew has been another command's. */
export function positionId({
  topic,
  partition,
  offset,
  topicAnew,
}: Omit<ReadableRecord, 'key' | 'value' | 'headers'>): string {
  return `${topic}${topicAnew === undefined ? '' : `~${topicAnew}`}-${partition}-${offset}`
}

function idOf(given: Record<string, unknown>, header: string | undefined, record: ReadableRecord): Id {
  const position: Id = { value: positionId(record), from: 'position' }
  const [id, from] = given['id'] == null ? ([header, 'header'] as const) : ([given['id'], 'value'] as const)
  if (id === undefined) return position
  if (typeof id !== 'string') return { ...position, problem: 'id: is a string' }
  if (id.length === 0 || id.length > 256) return { ...position, problem: 'id: has 1 to 256 characters' }
  // What could not be decoded: two ids that differ there alone would be one.
  if (from === 'header' && id.includes('\ufffd')) return { ...position, problem: 'id: the header ce_id is not UTF-8' }
  if (!id.isWellFormed()) return { ...position, problem: 'id: has a lone surrogate, which is no character' }
  if (id.includes('\0')) return { ...position, problem: 'id: has a NUL, which databases refuse' }
  return { value: id, from }
}

function commandTypeOf(type: string): CommandType | CommandProblem {
  const [, name = type, version = '1'] = /^(.*?)(?:\.v(\d+))?$/s.exec(type) ?? []
  const known = commandTypes.find((one) => one === `${name}.v1`)
  if (known === undefined) return { code: 'unknown_command', reason: `type: is none of ${commandTypes.join(', ')}` }
  if (version !== '1') return { code: 'unsupported_version', reason: `type: ${name} is known in version 1 alone` }
  return known
}

interface Fields {
  from?: string | undefined
  to?: string | undefined
  sendAt?: string | undefined
  expiresAt?: string | undefined
}

/** Numbers as digits and dates as RFC 3339 in UTC. */
function normalise(
  command: Fields & { id?: string | undefined; type?: string | undefined },
): { fields: object } | CommandProblem {
  const { id: _id, type: _type, from, to, sendAt, expiresAt, ...rest } = command
  const recipient = to === undefined ? undefined : normaliseNumber(to)
  if (recipient !== undefined && !isBsuid(recipient) && !/^\d{3,}$/.test(recipient)) {
    return {
      code: 'invalid_recipient',
      reason: 'to: is a phone number with its country code, in digits, or a BSUID (CC.…)',
    }
  }
  const dates: Record<string, string> = {}
  for (const [name, value] of Object.entries({ sendAt, expiresAt })) {
    if (value === undefined) continue
    const instant = toInstant(value)
    if (instant === undefined) return { code: 'invalid_date', reason: `${name}: is a date as in 2025-02-28T00:00:00Z` }
    dates[name] = instant
  }
  return {
    fields: {
      ...rest,
      ...dates,
      ...(from === undefined ? {} : { from: normaliseNumber(from) }),
      ...(recipient === undefined ? {} : { to: recipient }),
    },
  }
}

function subjectOf(given: Record<string, unknown>, commandId: string, type: string): OutcomeSubject {
  const tenant = stringOf(given['tenant'])
  const isSend = type.startsWith('imchannel.message.send')
  return {
    commandId,
    tenant: tenant !== undefined && tenantPattern.test(tenant) ? tenant : undefined,
    from: numberOf(given['from']),
    to: numberOf(given['to']),
    callbackData: stringOf(given['callbackData'], MAX_CALLBACK_DATA),
    ...(isSend && given['validateOnly'] === true ? { dryRun: true } : {}),
    ...(isSend ? {} : { kind: type.slice(0, MAX_TYPE).toWellFormed() }),
  }
}

function numberOf(value: unknown): string | undefined {
  const text = stringOf(value, MAX_NUMBER)
  return text === undefined ? undefined : normaliseNumber(text.toWellFormed())
}

function invalid(reason: string): CommandProblem {
  return { code: 'invalid_command', reason }
}

function stringOf(value: unknown, limit = Infinity): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= limit ? value : undefined
}
