import { decodeEvent, type ConsentRecorded } from '@imchannel/events'
import { extentOf, readExtent } from '../session/read-topic.ts'
import type { Session } from '../session/session.ts'

export interface ConsentFilter {
  readonly tenant: string
  readonly customer?: string | undefined
}

/** What every source says now of every customer: of each key the last by the provider's time. @throws Failure where Kafka has no such topic */
export async function readConsentTopic(session: Session, filter: ConsentFilter): Promise<ConsentRecorded[]> {
  const extent = await extentOf(session, session.topics().consent)
  const last = new Map<string, ConsentRecorded>()
  for await (const record of readExtent(session, extent)) {
    const key = record.key?.toString() ?? ''
    if (record.value === null) {
      last.delete(key)
      continue
    }
    const decoded = decodeEvent(record)
    if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.consent.recorded.v1') continue
    const { data } = decoded.event
    if (data.tenant !== filter.tenant) continue
    if (filter.customer !== undefined && data.from !== filter.customer) continue
    const known = last.get(key)
    // A topic that grew may have the same key in two partitions.
    if (known === undefined || data.since >= known.since) last.set(key, data)
  }
  return [...last.values()].toSorted((one, other) => (one.since < other.since ? -1 : 1))
}
