import { decodeEvent } from '@imchannel/events'
import { parseWebhook } from '@imchannel/infobip'
import type { IncomingRecord } from '@imchannel/kafka'

/** A webhook's body, or one result of it, that ingress did not understand. */
export interface UnrecognisedWebhook {
  /** Where it is, as `3:17`; of one in parts, where the last part is. */
  readonly place: string
  readonly timestamp: number
  readonly id: string
  readonly tenant: string
  readonly code: string
  readonly reason: string
  readonly receivedAt: string
  /** As Infobip sent it, with its digits. */
  readonly text: string
}

/** Reads a record of the unrecognised topic; undefined where it is none (a later version's, or damaged). */
export function readUnrecognised(record: IncomingRecord): UnrecognisedWebhook | undefined {
  const decoded = decodeEvent(record)
  if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.webhook.unrecognised.v1') return undefined
  const { id, data } = decoded.event
  return {
    place: `${record.partition}:${record.offset}`,
    timestamp: record.timestamp,
    id,
    tenant: data.tenant,
    code: data.code,
    reason: data.reason,
    receivedAt: data.receivedAt,
    text: data.rawText ?? rawText(record.value?.toString() ?? ''),
  }
}

/** The member `raw` as it stands in the value: parsed and written anew, long numbers would lose digits. */
function rawText(value: string): string {
  const { raw, ...rest } = JSON.parse(value) as Record<string, unknown> // decodeEvent has read it as an object
  const head = `${JSON.stringify(rest).slice(0, -1)},"raw":`
  return value.startsWith(head) ? value.slice(head.length, -1) : JSON.stringify(raw)
}

/** What this version's parser makes of it: the kinds, or nothing where it still does not understand. */
export function kindsOf(text: string): string[] {
  const parsed = parseWebhook(Buffer.from(text))
  if (parsed.outcome !== 'results') return []
  return parsed.results.flatMap(({ kind }) => (kind === 'unrecognised' ? [] : [kind]))
}

/** Puts the parts of records that were cut back together; parts that are not all there give nothing. */
export function createPartJoiner(): (record: IncomingRecord) => IncomingRecord | undefined {
  const open = new Map<string, Map<number, Buffer>>()
  return (record) => {
    const [, number, total] = /^(\d+)\/(\d+)$/.exec(record.headers['imchannel-part']?.toString() ?? '') ?? []
    if (number === undefined || total === undefined) return record
    const id = `${record.headers['ce_id']?.toString()} ${total}`
    const parts = open.get(id) ?? new Map<number, Buffer>()
    parts.set(Number(number), record.value ?? Buffer.alloc(0))
    open.set(id, parts)
    if (parts.size < Number(total)) return undefined
    open.delete(id)
    const values = [...parts].toSorted(([a], [b]) => a - b).map(([, value]) => value)
    return { ...record, value: Buffer.concat(values) }
  }
}
