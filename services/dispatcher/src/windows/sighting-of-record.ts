import { decodeEvent } from '@imchannel/events'
import { sightingOf, type WindowSighting } from '@imchannel/facts'
import type { IncomingRecord } from '@imchannel/kafka'

/** What a record says of a window: something, nothing, or that may be, since nobody can read it. */
export type RecordSighting = WindowSighting | 'unreadable' | undefined

const OPENS = /^imchannel\.(?:message|call)\.received\./
const REPORT = 'imchannel.message.delivery.'

/** What is wanted of a topic of reports: nothing else has this error in it. */
export function mayHoldNoWindow(bytes: Buffer): boolean {
  return bytes.includes('7010')
}

export function sightingOfRecord(record: IncomingRecord): RecordSighting {
  if (record.unreadable !== undefined) return 'unreadable'
  const type = record.headers['ce_type']?.toString()
  if (type !== undefined && !OPENS.test(type) && !type.startsWith(REPORT)) return undefined
  const decoded = decodeEvent(record)
  if (decoded.outcome === 'event') return sightingOf(decoded.event)
  // A later version's message opens for whom it is keyed by, or does not: nobody here can say.
  return type !== undefined && OPENS.test(type) ? byKey(record) : undefined
}

function byKey({ key, headers, timestamp }: IncomingRecord): RecordSighting {
  const [, tenant, business, name] = /^([^:]+):([^:]+):(.+)$/s.exec(key?.toString() ?? '') ?? []
  if (tenant === undefined || business === undefined || name === undefined) return 'unreadable'
  const said = Date.parse(headers['ce_time']?.toString() ?? '')
  return { tenant, business, names: [name], state: { maybeAt: Number.isNaN(said) ? timestamp : said } }
}
