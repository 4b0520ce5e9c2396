import type { Masks } from './mask.ts'
import type { RecordKind } from './projected-record.ts'
import { type Json, jsonOf, parseValue } from './record-value.ts'

export type StepKind =
  'event' | 'command' | 'attempt' | 'media' | 'report' | 'outcome' | 'deadletter' | 'parked' | 'cost'
export type Tone = 'good' | 'bad' | 'warning' | 'plain'

/** What a record says, for people. */
export interface Description {
  readonly kind: StepKind
  readonly title: string
  readonly tone: Tone
  readonly detail?: string | undefined
  readonly code?: string | undefined
  readonly facts: readonly { readonly name: string; readonly value: string }[]
}

/** The part of a stored record that it is described by. */
export interface DescribedRecord {
  readonly kind: string
  readonly type: string
  readonly code: string | null
  readonly reason: string | null
  readonly value: Uint8Array | null
  readonly headers: string
}

type Describe = (data: Json, record: DescribedRecord, masks: Masks) => Omit<Description, 'facts'> & Partial<Description>

const byKind: Readonly<Record<RecordKind, Describe>> = {
  received: (data) => ({
    kind: 'event',
    title: `received: ${data.text('content', 'type') ?? 'message'}`,
    tone: 'plain',
  }),
  echoed: (data) => ({
    kind: 'event',
    title: `the business wrote by its own phone: ${data.text('content', 'type') ?? 'message'}`,
    tone: 'plain',
  }),
  call: () => ({ kind: 'event', title: 'called', tone: 'plain' }),
  typing: (data) => ({
    kind: 'event',
    title: data.at('typing') === true ? 'is typing' : 'has stopped typing',
    tone: 'plain',
  }),
  command: (data, record) => ({ kind: 'command', title: `command: ${shortType(record.type)}`, tone: 'plain' }),
  parked: () => ({ kind: 'parked', title: 'parked: its account was not well', tone: 'warning' }),
  attempt: describeAttempt,
  accepted: (data) => ({
    kind: 'outcome',
    title: data.at('dryRun') === true ? 'would be accepted (dry run)' : 'accepted by Infobip',
    tone: 'good',
    facts: factsOf([['sent as', data.text('sentAs')]]),
  }),
  rejected: describeRefusal,
  expired: describeRefusal,
  delivery: describeDelivery,
  seen: () => ({ kind: 'report', title: 'seen', tone: 'good' }),
  clicked: () => ({ kind: 'report', title: 'clicked a link', tone: 'good' }),
  media: (data) => ({
    kind: 'media',
    title: `${data.text('method') ?? 'GET'} of the ${data.text('kind') ?? 'media'}: ${data.number('status') ?? '?'}`,
    tone: (data.number('status') ?? 200) < 400 ? 'plain' : 'bad',
    facts: factsOf([
      ['bytes', data.number('bytes')],
      ['duration', ms(data.number('durationMs'))],
      ['media', data.text('mediaId')],
    ]),
  }),
  account: (data, record) => ({
    kind: 'event',
    title: shortType(record.type),
    tone: 'plain',
    facts: factsOf([
      ['status', data.text('status')],
      ['state', data.text('state')],
      ['scope', data.text('scope')],
      ['source', data.text('source')],
    ]),
  }),
  unrecognised: (_data, { code, reason }, masks) => ({
    kind: 'event',
    title: 'not understood',
    tone: 'bad',
    code: code ?? undefined,
    detail: masks.reason(reason ?? ''),
  }),
  deadletter: (_data, { code, reason, headers }, masks) => ({
    kind: 'deadletter',
    title: 'dead letter',
    tone: 'bad',
    code: code ?? undefined,
    detail: masks.reason(reason ?? ''),
    facts: factsOf([
      ['gate', headerIn(headers, 'imchannel-gate')],
      ['attempts', headerIn(headers, 'imchannel-attempts')],
    ]),
  }),
  cost: (data) => ({
    kind: 'cost',
    title: `cost: ${priceOf(data) ?? 'not known'}`,
    tone: 'plain',
    facts: factsOf([
      ['category', data.text('category')],
      ['billable', data.text('billable')],
      ['settled by', data.text('settledBy')],
    ]),
  }),
  audit: (data) => ({ kind: 'event', title: `audit: ${data.text('action') ?? ''}`, tone: 'plain' }),
  other: (_data, { type }) => ({ kind: 'event', title: shortType(type), tone: 'plain' }),
}

/** One line, tone and facts of a record; nothing in it that the masks hide. */
export function describeRecord(record: DescribedRecord, masks: Masks): Description {
  const describe = Object.hasOwn(byKind, record.kind) ? byKind[record.kind as RecordKind] : byKind.other // it is one of its keys
  return { facts: [], ...describe(jsonOf(parseValue(record.value)), record, masks) }
}

function describeAttempt(data: Json, _record: DescribedRecord, masks: Masks): ReturnType<Describe> {
  const outcome = data.text('outcome') ?? 'unknown'
  return {
    kind: 'attempt',
    title: `${outcome}: ${data.text('endpoint') ?? 'a request'}`,
    tone: outcome === 'accepted' ? 'good' : outcome === 'rejected' || outcome === 'refused-key' ? 'bad' : 'warning',
    detail: masks.reason(data.text('reason') ?? '') || undefined,
    code: data.text('code'),
    facts: factsOf([
      ['attempt', data.number('attempt')],
      ['status', data.number('httpStatus')],
      ['duration', ms(data.number('durationMs'))],
      ['retry after', ms(data.number('retryAfterMs'))],
      ['account', data.text('account')],
    ]),
  }
}

function describeRefusal(data: Json, { kind, code, reason }: DescribedRecord, masks: Masks): ReturnType<Describe> {
  return {
    kind: 'outcome',
    title: kind,
    tone: 'bad',
    code: code ?? undefined,
    detail: masks.reason(reason ?? ''),
    facts: factsOf([['status', data.number('error', 'httpStatus')]]),
  }
}

function describeDelivery(data: Json, { code, reason }: DescribedRecord, masks: Masks): ReturnType<Describe> {
  const name = data.text('status', 'name') ?? data.text('status', 'groupName') ?? 'reported'
  return {
    kind: 'report',
    title: `report: ${name}`,
    tone: code === null ? (data.number('status', 'groupId') === 3 ? 'good' : 'plain') : 'bad',
    code: code ?? undefined,
    detail: reason === null ? undefined : masks.reason(reason),
    facts: factsOf([
      ['status id', data.number('status', 'id')],
      ['error id', data.number('error', 'id') || undefined],
      ['price', priceOf(data)],
      ['category', data.text('category')],
    ]),
  }
}

/** As reported, in the digits of Infobip’s JSON. */
export function priceOf(data: Json): string | undefined {
  for (const place of ['price', 'reported']) {
    const amount = data.text(place, 'pricePerMessage')
    if (amount !== undefined) return `${amount} ${data.text(place, 'currency') ?? ''}`.trim()
  }
  return undefined
}

function factsOf(
  facts: readonly (readonly [name: string, value: string | number | undefined])[],
): Description['facts'] {
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]))
}

function ms(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${Math.round(value)} ms`
}

export function shortType(type: string): string {
  return type.replace(/^imchannel\./, '').replace(/\.v\d+$/, '')
}

export function headerIn(headers: string, name: string): string | undefined {
  const list = JSON.parse(headers) as [string, string][] // written by frameOf alone
  return list.find(([own]) => own === name)?.[1]
}
