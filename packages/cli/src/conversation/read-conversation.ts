import { conversationKey, decodeEvent, type ImEvent, parseCommand } from '@imchannel/events'
import { partitionOf } from '@imchannel/kafka'
import { extentOf, readExtent, topicNames } from '../session/read-topic.ts'
import type { Session } from '../session/session.ts'
import { commandTopicsAmong } from '../topic-plan.ts'
import type { WrittenCommand } from './timeline.ts'

export interface ConversationQuery {
  readonly tenant: string
  /** Each of the customer's names: digits, or a BSUID. */
  readonly customers: ReadonlySet<string>
  /** Business numbers. */
  readonly businesses: readonly string[]
  /** Ms since 1970. */
  readonly since?: number | undefined
  /** Read every partition, not only that of the conversation's key. */
  readonly allPartitions: boolean
}

/** Everything that Kafka still has of a conversation. */
export async function readConversation(
  session: Session,
  query: ConversationQuery,
): Promise<{ events: ImEvent[]; commands: WrittenCommand[] }> {
  const names = await topicNames(session)
  const topics = session.topics()
  const events: ImEvent[] = []
  for (const topic of [topics.inbound, topics.status, topics.attempts].filter((name) => names.includes(name))) {
    events.push(...(await readEvents(session, topic, query)))
  }
  const commands: WrittenCommand[] = []
  for (const topic of commandTopicsAmong(names, session.config())) {
    commands.push(...(await readCommands(session, topic, query)))
  }
  return { events, commands }
}

async function readEvents(
  session: Session,
  topic: string,
  { tenant, customers, businesses, since, allPartitions }: ConversationQuery,
): Promise<ImEvent[]> {
  const extent = await extentOf(session, topic)
  const keys = new Set(
    businesses.flatMap((business) => [...customers].map((customer) => conversationKey({ tenant, business, customer }))),
  )
  const wanted = new Set([...keys].map((key) => partitionOf(Buffer.from(key), extent.low.size)))
  const offsets = new Map([...extent.low].filter(([partition]) => allPartitions || wanted.has(partition)))
  const events: ImEvent[] = []
  // By a time Kafka gives all partitions; by offsets only those where the key's records are.
  const from = since !== undefined && allPartitions ? { timestamp: since } : { offsets }
  const filter = (record: { key: Buffer | null; timestamp: number }): boolean =>
    keys.has(record.key?.toString() ?? '') && (since === undefined || record.timestamp >= since)
  for await (const record of readExtent(session, extent, { from, filter })) {
    const decoded = decodeEvent(record)
    if (decoded.outcome === 'event') events.push(decoded.event)
  }
  return events
}

/** The key of a command is its bot's choice: all partitions, and the value decides. */
async function readCommands(
  session: Session,
  topic: string,
  { tenant, customers, businesses, since }: ConversationQuery,
): Promise<WrittenCommand[]> {
  const extent = await extentOf(session, topic)
  const commands: WrittenCommand[] = []
  for await (const record of readExtent(session, extent, since === undefined ? {} : { from: { timestamp: since } })) {
    const reading = parseCommand(record)
    if (reading.outcome !== 'command' || reading.command.type !== 'imchannel.message.send.v1') continue
    const { command } = reading
    if (command.validateOnly === true) continue
    if (command.tenant !== tenant || !customers.has(command.to) || !businesses.includes(command.from)) continue
    commands.push({ command, timestamp: record.timestamp })
  }
  return commands
}
