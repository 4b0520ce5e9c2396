import { conversationKey, ledgerIdOf, messageIdOf } from '@imchannel/events'
import type { KafkaRecord } from './kafka-record.ts'
import type { ProjectedRecord, RecordKind } from './projected-record.ts'
import { frameOf, placeOf } from './record-frame.ts'
import { type Json, jsonOf, parseValue } from './record-value.ts'

const KINDS: Readonly<Record<string, RecordKind>> = {
  'message.received': 'received',
  'message.echoed': 'echoed',
  'call.received': 'call',
  'typing.changed': 'typing',
  'message.accepted': 'accepted',
  'message.rejected': 'rejected',
  'message.expired': 'expired',
  'message.delivery': 'delivery',
  'message.seen': 'seen',
  'message.clicked': 'clicked',
  'message.attempted': 'attempt',
  'media.fetched': 'media',
  'template.changed': 'account',
  'identity.changed': 'account',
  'payment.changed': 'account',
  'consent.changed': 'account',
  'contact.changed': 'account',
  'usage.reported': 'account',
  'webhook.unrecognised': 'unrecognised',
  'cost.recorded': 'cost',
  'audit.recorded': 'audit',
}

function kindOf(type: string): RecordKind {
  return KINDS[type.replace(/^imchannel\./, '').replace(/\.v\d+$/, '')] ?? 'other'
}

/** An event, of this version or a later one: what it is about is told by fields that all of them have. */
export function projectEvent(record: KafkaRecord): ProjectedRecord {
  const header = (name: string): string | undefined => record.headers[name]?.toString()
  const type = header('ce_type') ?? 'unreadable'
  const kind = kindOf(type)
  const data = jsonOf(parseValue(record.value))
  const tenant = data.text('tenant') ?? tenantIn(header('ce_source'))
  const ceId = header('ce_id')
  return {
    ...frameOf(record),
    kind,
    type,
    ce_id: ceId ?? null,
    identity: ceId === undefined ? placeOf(record) : identityOf(type, ceId, record, data),
    tenant,
    at: timeOf(header('ce_time')) ?? record.timestamp,
    ...(problemOf(kind, data) ?? NO_PROBLEM),
    sender: senderOf(kind, data) ?? null,
    conversation: conversationOf(record.key?.toString() ?? '', tenant, data),
    message: messageOf(tenant, data),
    alsoAbout: data.texts('commandIds').map((id) => messageIdOf(tenant, id)),
    names: namesOf(kind, data),
  }
}

/** Of a record without readable data: its source names the tenant. */
function tenantIn(source: string | undefined): string {
  return /^\/imchannel\/(.+)$/.exec(source ?? '')?.[1] ?? '-'
}

/** Parts of one record, and revisions of one cost, share an id. */
function identityOf(type: string, ceId: string, { headers }: KafkaRecord, data: Json): string {
  const part = headers['imchannel-part']?.toString()
  const revision = data.number('revision')
  return [type, ceId, ...(part === undefined ? [] : [part]), ...(revision === undefined ? [] : [revision])].join(' ')
}

function timeOf(text: string | undefined): number | undefined {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? undefined : at
}

function messageOf(tenant: string, data: Json): ProjectedRecord['message'] {
  const commandId = data.text('commandId')
  if (commandId !== undefined) {
    return { messageId: messageIdOf(tenant, ledgerIdOf(commandId, data.at('dryRun') === true)), commandId }
  }
  const messageId = data.text('messageId')
  return messageId === undefined ? undefined : { messageId }
}

/** By the key, which may be an older name of the customer’s than the event has. */
function conversationOf(key: string, tenant: string, data: Json): ProjectedRecord['conversation'] {
  const [owner, business = '-', ...rest] = key.split(':')
  const customer = rest.join(':')
  if (owner === tenant && customer !== '' && customer !== '-') return { business, customer }
  const [from, to] = [data.text('from'), data.text('to')]
  if (data.text('commandId') === undefined || from === undefined || to === undefined) return undefined
  const [, number = '-', name = '-'] = conversationKey({ tenant, business: from, customer: to }).split(':')
  return name === '-' ? undefined : { business: number, customer: name }
}

function senderOf(kind: RecordKind, data: Json): string | undefined {
  return kind === 'received' || kind === 'call' ? data.text('to') : data.text('from')
}

function namesOf(kind: RecordKind, data: Json): string[] {
  const side = kind === 'received' || kind === 'call' ? data.text('from') : data.text('to')
  const names = [side, data.text('contact', 'phoneNumber'), data.text('contact', 'userId')]
  return names.filter((name) => name !== undefined)
}

type Problem = { readonly problem: string; readonly code: string; readonly reason: string }

const NO_PROBLEM = { problem: null, code: null, reason: null } as const

/** Groups of Infobip’s statuses that say the message will not arrive: undeliverable, expired, rejected. */
const FAILED_GROUPS = new Set([2, 4, 5])

function problemOf(kind: string, data: Json): Problem | undefined {
  switch (kind) {
    case 'rejected':
    case 'expired':
      return { problem: kind, code: data.text('error', 'code') ?? kind, reason: data.text('error', 'reason') ?? '' }
    case 'delivery': {
      if (!FAILED_GROUPS.has(data.number('status', 'groupId') ?? -1)) return undefined
      const hasError = (data.number('error', 'id') ?? 0) !== 0
      const code = (hasError ? data.text('error', 'name') : undefined) ?? data.text('status', 'name') ?? 'failed'
      const reason = (hasError ? data.text('error', 'description') : undefined) ?? data.text('status', 'description')
      return { problem: 'failed', code, reason: reason ?? '' }
    }
    case 'unrecognised':
      return { problem: kind, code: data.text('code') ?? 'in_parts', reason: data.text('reason') ?? 'cut into parts' }
    default:
      return undefined
  }
}
