import type { Config } from '@imchannel/config'
import {
  type CommandReading,
  DEAD_LETTER_HEADERS,
  ledgerIdOf,
  messageIdOf,
  parseCommand,
  withoutHeaders,
} from '@imchannel/events'
import type { IncomingRecord } from '@imchannel/kafka'

/** A refused command as the dead-letter topic has it. */
export interface DeadLetter {
  /** Where the letter is, as `3:17`. */
  readonly place: string
  readonly partition: number
  readonly offset: string
  readonly timestamp: number
  readonly key: string | null
  readonly code: string
  /** Which gate refused it, before any request. */
  readonly gate?: string | undefined
  readonly reason: string
  readonly attempts: number
  readonly source:
    | {
        readonly topic: string
        readonly topicAnew?: string | undefined
        readonly partition: number
        readonly offset: string
      }
    | undefined
  /** Whose it is: the tenant of the topic, where it is bound to one, else the one that the command names. */
  readonly tenant?: string | undefined
  readonly commandId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The command's entry in the ledger; absent where it has none of its own. */
  readonly send?: { readonly tenant: string; readonly messageId: string } | undefined
  /** The value did not fit in: it is in the source topic … */
  readonly omitted: boolean
  /** … or was. */
  readonly gone?: boolean
}

type ReadHeader = (name: keyof typeof DEAD_LETTER_HEADERS) => string | undefined

/** Headers that the dead letter has beyond its command. */
const ADDED: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS))

/** Refused before the ledger was looked at: an entry under that id would be another command's. */
const WITHOUT_ENTRY: ReadonlySet<string> = new Set(['tenant_mismatch', 'unreadable'])

/** Reads a record of the dead-letter topic; anything in it is a letter, whatever it lacks. */
export function readDeadLetter(record: IncomingRecord, { topics }: Pick<Config, 'topics'>): DeadLetter {
  const header: ReadHeader = (name) => record.headers[DEAD_LETTER_HEADERS[name]]?.toString()
  const source = sourceOf(header)
  const code = header('code') ?? 'unknown'
  const { tenant: named, commandId, from, to, isDryRun } = namesOf(parseCommand(commandOf(record, source)))
  const bound = topics.outbound.find(({ topic }) => topic === source?.topic)?.tenant
  const hasEntry = commandId !== undefined && !WITHOUT_ENTRY.has(code)
  const owner = named ?? '-'
  return {
    place: `${record.partition}:${record.offset}`,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: record.key?.toString() ?? null,
    code,
    gate: header('gate'),
    reason: header('reason') ?? '',
    attempts: Number(header('attempts') ?? 0),
    source,
    tenant: bound ?? named,
    commandId,
    from,
    to,
    send: hasEntry ? { tenant: owner, messageId: messageIdOf(owner, ledgerIdOf(commandId, isDryRun)) } : undefined,
    omitted: header('omitted') === 'true',
  }
}

interface Names {
  readonly tenant: string | undefined
  readonly commandId: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  /** A dry run has an id of its own, so that it does not stand in the way of the send. */
  readonly isDryRun: boolean
}

function namesOf(reading: CommandReading): Names {
  switch (reading.outcome) {
    case 'command': {
      const { command } = reading
      const isDryRun = command.type === 'imchannel.message.send.v1' && command.validateOnly === true
      return { tenant: command.tenant, commandId: command.id, from: command.from, to: command.to, isDryRun }
    }
    case 'rejected': {
      const { tenant, commandId, from, to } = reading.subject
      return { tenant, commandId, from, to, isDryRun: false }
    }
    case 'unreadable':
      return { tenant: undefined, commandId: undefined, from: undefined, to: undefined, isDryRun: false }
  }
}

/** The command's record as it was in its source topic. */
export function commandOf(record: IncomingRecord, source: DeadLetter['source']): IncomingRecord {
  return withoutHeaders({ ...record, ...source }, ADDED)
}

function sourceOf(header: ReadHeader): DeadLetter['source'] {
  const [topic, partition, offset] = [header('topic'), header('partition'), header('offset')]
  if (topic === undefined || partition === undefined || offset === undefined) return undefined
  return { topic, topicAnew: header('topicAnew'), partition: Number(partition), offset }
}
