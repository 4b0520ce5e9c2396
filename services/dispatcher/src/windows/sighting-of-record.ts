import { decodeEvent, type ImEvent } from '@imchannel/events'
import { sightingOf, type WindowSighting } from '@imchannel/facts'
import type { IncomingRecord } from '@imchannel/kafka'

/** What a record says of a window: something, nothing, or that may be, since nobody can read it. */
export type RecordSighting = WindowSighting | 'unreadable' | undefined

/** Whose templates are not what was known of them: a report says that one is not there, or takes other values. */
export interface StaleTemplates {
  readonly staleTemplatesOf: string
}

const OPENS = /^imchannel\.(?:message|call)\.received\./
const REPORT = 'imchannel.message.delivery.'

/** Wrong values for a template; no such template. */
const TEMPLATE_ERRORS: ReadonlySet<number | undefined> = new Set([7008, 7009])

/** What is wanted of a topic of reports: nothing else has these errors in it. */
export function mayHoldError(bytes: Buffer): boolean {
  return bytes.includes('7010') || bytes.includes('7008') || bytes.includes('7009')
}

export function sightingOfRecord(record: IncomingRecord): RecordSighting | StaleTemplates {
  if (record.unreadable !== undefined) return 'unreadable'
  const type = record.headers['ce_type']?.toString()
  if (type !== undefined && !OPENS.test(type) && !type.startsWith(REPORT)) return undefined
  const decoded = decodeEvent(record)
  if (decoded.outcome === 'event') return staleTemplates(decoded.event) ?? sightingOf(decoded.event)
  // A later version's message opens for whom it is keyed by, or does not: nobody here can say.
  return type !== undefined && OPENS.test(type) ? byKey(record) : undefined
}

function staleTemplates({ type, tenant, data }: ImEvent): StaleTemplates | undefined {
  if (type !== 'imchannel.message.delivery.v1' || !TEMPLATE_ERRORS.has(data.error?.id)) return undefined
  return { staleTemplatesOf: tenant }
}

function byKey({ key, headers, timestamp }: IncomingRecord): RecordSighting {
  const [, tenant, business, name] = /^([^:]+):([^:]+):(.+)$/s.exec(key?.toString() ?? '') ?? []
  if (tenant === undefined || business === undefined || name === undefined) return 'unreadable'
  const said = Date.parse(headers['ce_time']?.toString() ?? '')
  return { tenant, business, names: [name], state: { maybeAt: Number.isNaN(said) ? timestamp : said } }
}
