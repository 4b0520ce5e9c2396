import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createKafkaClient,
  createProducer,
  deleteGroup,
  deleteTopics,
  ensureTopics,
  type IncomingRecord,
  type KafkaClient,
  type OutgoingRecord,
  type PublishResult,
  readRange,
  topicOffsets,
} from '@imchannel/kafka'
import { messageOf } from '../../session/failure.ts'
import type { Session } from '../../session/session.ts'
import { type Finding, findingsOf } from '../finding.ts'

const { warning } = findingsOf('kafka')
/** What a cluster needs longer for is no answer to a webhook either. */
const WRITE_MS = 20_000
const AGAIN_MS = 200
/** A topic that has just been made is led by a broker soon. */
const LED_MS = 20_000

/** Where trials leave things: topics and groups whose names begin with `<prefix>.doctor.`, and that are removed at the end. */
export interface Scratch {
  readonly client: KafkaClient
  readonly signal: AbortSignal
  /** What the names of its topics and groups begin with. */
  readonly prefix: string
  /** Makes a topic. Gives Kafka's reason where it may not, or not so. */
  readonly create: (
    suffix: string,
    spec: TopicWish,
  ) => Promise<{ ok: true; topic: string } | { ok: false; reason: string }>
  /** A group, to be removed with the rest. */
  readonly group: (suffix: string) => string
  readonly publish: (records: readonly OutgoingRecord[]) => Promise<PublishResult[]>
  /** What stands in a topic from where it ended when `mark` was asked for. */
  readonly read: (topic: string, from: ReadonlyMap<number, bigint>) => Promise<IncomingRecord[]>
  /** Where a topic's partitions end now. */
  readonly mark: (topic: string) => Promise<ReadonlyMap<number, bigint>>
  /** Takes away what was made; names what it may not. */
  readonly remove: () => Promise<Finding[]>
}

export interface TopicWish {
  readonly partitions: number
  readonly config?: Readonly<Record<string, string>>
}

export function openScratch(session: Session): Scratch {
  const config = session.config()
  const prefix = `${config.topics.prefix}.doctor.${randomUUID().slice(0, 8)}`
  // Two members of a group must not have one name, and trials have two.
  const client = createKafkaClient(
    { ...config.kafka, instanceName: undefined },
    { clientId: 'imchannel-doctor', retries: 3, log: session.kafka().log },
  )
  const producer = createProducer(client)
  const [topics, groups]: [string[], string[]] = [[], []]

  async function ends(topic: string): ReturnType<typeof topicOffsets> {
    for (const deadline = performance.now() + LED_MS; ;) {
      try {
        return await topicOffsets(client, topic)
      } catch (error) {
        if (!passes(error) || performance.now() > deadline) throw error
        await sleep(AGAIN_MS, undefined, { signal: session.io.signal })
      }
    }
  }

  async function removeAll(): Promise<string[]> {
    const left: string[] = []
    const tryOut = async (name: string, work: Promise<void>): Promise<void> =>
      work.catch((error: unknown) => void left.push(`${name} (${messageOf(error)})`))
    for (const topic of topics) await tryOut(topic, deleteTopics(client, [topic]))
    for (const group of groups) await tryOut(group, deleteGroup(client, group))
    return left
  }

  return {
    client,
    signal: session.io.signal,
    prefix,
    create: async (suffix, { partitions, config: wanted }) => {
      const name = `${prefix}.${suffix}`
      // Before it is tried: one whose answer is lost may be there.
      topics.push(name)
      const spec = { name, partitions, replication: 3, ...(wanted === undefined ? {} : { config: wanted }) }
      const { missing } = await ensureTopics(client, [spec])
      if (missing[0] === undefined) return { ok: true, topic: name }
      topics.pop()
      return { ok: false, reason: missing[0].problem }
    },
    group: (suffix) => {
      const name = `${prefix}.${suffix}`
      groups.push(name)
      return name
    },
    publish: (records) => producer.publish(records, { deadlineMs: WRITE_MS }),
    read: async (topic, from) => {
      const records: IncomingRecord[] = []
      const { signal } = session.io
      const range = { topic, from: { offsets: from }, signal, groupPrefix: `${prefix}.read` }
      for await (const record of readRange(client, range)) records.push(record)
      return records
    },
    mark: async (topic) => new Map((await ends(topic)).map(({ partition, high }) => [partition, high])),
    remove: async () => {
      await producer.close({ deadlineMs: 0 })
      const left = await removeAll()
      if (left.length === 0) return []
      return [
        warning(
          `Not removed: ${left.join(', ')}.`,
          `Remove them by hand, or allow this user to DELETE topics and groups that begin with ${config.topics.prefix}.doctor.`,
        ),
      ]
    },
  }
}

/** kafkajs says so of the error itself, which it wraps once it has tried often enough. */
function passes(error: unknown): boolean {
  return error instanceof Error && (('retriable' in error && error.retriable === true) || passes(error.cause))
}
