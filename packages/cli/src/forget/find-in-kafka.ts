import { decodeEvent, parkedTopic, parseCommand } from '@imchannel/events'
import { describeTopics, type IncomingRecord } from '@imchannel/kafka'
import { extentOf, readExtent, topicNames } from '../session/read-topic.ts'
import type { Session } from '../session/session.ts'
import { commandTopicsAmong } from '../topic-plan.ts'

/** What a topic still holds of a customer. */
export interface Held {
  readonly topic: string
  readonly records: number
  /** RFC 3339. */
  readonly oldest: string
  readonly newest: string
  /** When Kafka may have removed all of it by itself; absent where it keeps records for ever. */
  readonly goneBy?: string
}

/** A customer's media at Infobip, of which the media-server may keep a copy. */
export interface InboundMediaItem {
  readonly sender: string
  readonly url: string
}

export interface FoundInKafka {
  readonly held: readonly Held[]
  readonly media: readonly InboundMediaItem[]
}

/** Looks through every topic of the system for a customer, under any of the names; nothing is removed. */
export async function findInKafka(
  session: Session,
  { tenant, names }: { tenant: string; names: ReadonlySet<string> },
): Promise<FoundInKafka> {
  const topics = session.topics()
  const all = await topicNames(session)
  const commands = commandTopicsAmong(all, session.config())
  const parked = commands.map((name) => parkedTopic(name, tenant))
  const wanted = [
    topics.inbound,
    topics.status,
    topics.account,
    topics.unrecognised,
    topics.attempts,
    topics.cost,
    topics.contacts,
    topics.deadletter,
    ...commands,
    ...parked,
    // What a bot of packages/bot could not handle: customers' messages, as they were.
    ...all.filter((name) => name.startsWith(`${session.config().topics.prefix}.bot.`) && name.endsWith('.deadletter')),
  ]
  const held: Held[] = []
  const media: InboundMediaItem[] = []
  for (const topic of all.filter((name) => wanted.includes(name))) {
    const times: number[] = []
    for await (const record of readExtent(session, await extentOf(session, topic))) {
      if (!isAbout(record, tenant, names)) continue
      times.push(record.timestamp)
      if (topic === topics.inbound) media.push(...mediaIn(record))
    }
    if (times.length > 0) held.push(await describe(session, topic, times))
  }
  return { held, media }
}

async function describe(session: Session, topic: string, times: readonly number[]): Promise<Held> {
  const [description] = await describeTopics(session.kafka(), [topic])
  const retentionMs = Number(description?.config?.['retention.ms'] ?? Number.NaN)
  const [oldest, newest] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))]
  return {
    topic,
    records: times.length,
    oldest: new Date(oldest).toISOString(),
    newest: new Date(newest).toISOString(),
    ...(retentionMs >= 0 ? { goneBy: new Date(newest + retentionMs).toISOString() } : {}),
  }
}

function isAbout(record: IncomingRecord, tenant: string, names: ReadonlySet<string>): boolean {
  const [owner, , customer] = record.key?.toString().split(':') ?? []
  if (owner === tenant && customer !== undefined && names.has(customer)) return true
  if (record.headers['ce_type']?.toString() === 'imchannel.webhook.unrecognised.v1')
    return mentions(record, tenant, names)
  const reading = parseCommand(record)
  const named =
    reading.outcome === 'command' ? reading.command : reading.outcome === 'rejected' ? reading.subject : undefined
  return named?.tenant === tenant && named.to !== undefined && names.has(named.to)
}

/** Nobody knows the shape of what was not understood: the number in it tells. */
function mentions(record: IncomingRecord, tenant: string, names: ReadonlySet<string>): boolean {
  if (record.headers['ce_source']?.toString() !== `/imchannel/${tenant}`) return false
  const text = record.value?.toString() ?? ''
  return [...names].some((name) => text.includes(name))
}

function mediaIn(record: IncomingRecord): InboundMediaItem[] {
  const decoded = decodeEvent(record)
  if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.message.received.v1') return []
  const { to, content, parts = [] } = decoded.event.data
  return [content, ...parts].flatMap((part) =>
    to !== undefined && 'media' in part && 'url' in part && part.url !== undefined
      ? [{ sender: to, url: part.url }]
      : [],
  )
}
