import { type CostRow, createCostSums, type Dimension } from '@imchannel/costs'
import { decodeEvent, type ImEvent } from '@imchannel/events'
import type { IncomingRecord } from '@imchannel/kafka'
import { extentOf, readExtent, topicNames } from '../session/read-topic.ts'
import type { Session } from '../session/session.ts'

export interface CostQuery {
  readonly by: readonly Dimension[]
  readonly since: number
  readonly until: number
  readonly timeZone: string
  readonly tenant?: string | undefined
}

export interface FoundCosts {
  readonly rows: readonly CostRow[]
  /** Messages that Infobip took in that time and of which no report says that they arrived, as far as the status topic goes back. */
  readonly unsettled: number
}

/** Sums what the cost topic has of a time, by the time of delivery. @throws Failure where there is no such topic */
export async function readCosts(session: Session, query: CostQuery): Promise<FoundCosts> {
  const topics = session.topics()
  const { since, until, tenant } = query
  const isMeant = (event: ImEvent): boolean => tenant === undefined || event.tenant === tenant
  const sums = createCostSums({
    ...query,
    isCounted: ({ deliveredAt }) => isWithin(Date.parse(deliveredAt), { since, until }),
  })
  // To the end: a price may come long after its message, and a record is never written before what it tells.
  for await (const event of eventsSince(session, topics.cost, since)) {
    if (event.type === 'imchannel.cost.recorded.v1' && isMeant(event)) sums.add(event.data)
  }
  const accepted = new Set<string>()
  if ((await topicNames(session)).includes(topics.status)) {
    for await (const event of eventsSince(session, topics.status, since)) {
      if (event.type !== 'imchannel.message.accepted.v1' || event.data.dryRun === true || !isMeant(event)) continue
      const { messageId } = event.data
      if (messageId === undefined || !isWithin(Date.parse(event.time), { since, until })) continue
      if (!sums.has(event.tenant, messageId)) accepted.add(`${event.tenant} ${messageId}`)
    }
  }
  return { rows: sums.rows(), unsettled: accepted.size }
}

async function* eventsSince(session: Session, topic: string, since: number): AsyncGenerator<ImEvent, void, void> {
  const extent = await extentOf(session, topic)
  if (extent.records === 0) return
  for await (const record of readExtent(session, extent, { from: { timestamp: since } })) {
    const event = eventOf(record)
    if (event !== undefined) yield event
  }
}

function eventOf(record: IncomingRecord): ImEvent | undefined {
  const decoded = decodeEvent(record)
  return decoded.outcome === 'event' ? decoded.event : undefined
}

function isWithin(at: number, { since, until }: { since: number; until: number }): boolean {
  return at >= since && at < until
}
