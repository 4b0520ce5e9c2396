import {
  type CommandReading,
  conversationKey,
  DEAD_LETTER_HEADERS,
  ledgerIdOf,
  messageIdOf,
  parseCommand,
  withoutHeaders,
} from '@imchannel/events'
import type { KafkaRecord } from './kafka-record.ts'
import type { ProjectedRecord } from './projected-record.ts'
import { frameOf, placeOf } from './record-frame.ts'
import { jsonOf } from './record-value.ts'

const ADDED: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS))

/** A command as a bot wrote it, as it waits parked, or as it was refused. */
export function projectCommand(record: KafkaRecord, kind: 'command' | 'parked' | 'deadletter'): ProjectedRecord {
  const { type, tenant = '-', commandId, from, to, template, isDryRun } = factsOf(parseCommand(asWritten(record, kind)))
  const header = (name: keyof typeof DEAD_LETTER_HEADERS): string | undefined =>
    record.headers[DEAD_LETTER_HEADERS[name]]?.toString()
  const isLetter = kind === 'deadletter'
  const id = commandId === undefined ? undefined : ledgerIdOf(commandId, isDryRun === true)
  return {
    ...frameOf(record),
    kind,
    type,
    ce_id: record.headers['ce_id']?.toString() ?? null,
    identity: placeOf(record),
    tenant,
    at: record.timestamp,
    // Its rejection is the problem; the letter is what is left of it.
    problem: null,
    code: isLetter ? (header('code') ?? 'unknown') : null,
    reason: isLetter ? (header('reason') ?? '') : null,
    sender: from ?? null,
    conversation: partiesOf(tenant, from, to),
    message: id === undefined ? undefined : { messageId: messageIdOf(tenant, id), commandId, template },
    alsoAbout: [],
    names: to === undefined ? [] : [to],
  }
}

function asWritten(record: KafkaRecord, kind: string): KafkaRecord {
  if (kind !== 'deadletter') return record
  const [topic, partition, offset] = [
    DEAD_LETTER_HEADERS.topic,
    DEAD_LETTER_HEADERS.partition,
    DEAD_LETTER_HEADERS.offset,
  ].map((name) => record.headers[name]?.toString())
  // An id that comes from the place comes from the first one.
  const source = topic && partition && offset ? { topic, partition: Number(partition), offset } : {}
  return withoutHeaders({ ...record, ...source }, ADDED)
}

interface Facts {
  readonly type: string
  readonly tenant?: string | undefined
  readonly commandId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly template?: string | undefined
  readonly isDryRun?: boolean
}

function factsOf(reading: CommandReading): Facts {
  switch (reading.outcome) {
    case 'command': {
      const { command } = reading
      const { type, tenant, id: commandId, from, to } = command
      const json = jsonOf(command)
      const template = json.text('content', 'templateName') ?? json.text('content', 'name')
      return { type, tenant, commandId, from, to, template, isDryRun: json.at('validateOnly') === true }
    }
    case 'rejected': {
      const { tenant, commandId, from, to } = reading.subject
      return { type: 'rejected', tenant, commandId, from, to }
    }
    case 'unreadable':
      return { type: 'unreadable' }
  }
}

function partiesOf(tenant: string, from: string | undefined, to: string | undefined): ProjectedRecord['conversation'] {
  if (to === undefined) return undefined
  const [, business = '-', customer = '-'] = conversationKey({ tenant, business: from, customer: to }).split(':')
  return customer === '-' ? undefined : { business, customer }
}
