import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs, { type Admin, type Cluster } from 'kafkajs'
import type { KafkaClient } from './client.ts'
import { EARLIEST, LATEST, listOffsets, partitionsOf } from './list-offsets.ts'
import { withCluster } from './with-cluster.ts'
import { readCommitText } from '../consumer/commit-text.ts'

/** A topic as it is to be. Config values are Kafka's own names and texts, e.g. `{ 'max.message.bytes': '8388608' }`. */
export interface TopicSpec {
  name: string
  partitions: number
  /** At most this many; a smaller cluster gives as many as it has brokers. */
  replication: number
  config?: Readonly<Record<string, string>>
}

/** A topic as it is. */
export interface TopicDescription {
  name: string
  partitions: readonly { partition: number; leader: number; replicas: number; inSync: number }[]
  /** Effective values; left out where the user may not read them. */
  config: Readonly<Record<string, string>> | undefined
}

export interface PartitionOffsets {
  partition: number
  /** The first offset still kept. */
  low: bigint
  /** The offset that the next record will get. */
  high: bigint
}

/** Runs `work` with an admin connection of its own. kafkajs's admin keeps every topic it was ever asked about, so that one deleted later breaks it: never share one for long. */
export async function withAdmin<T>(client: KafkaClient, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.kafkajs.admin()
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/** Kafka's protocol error name (`MESSAGE_TOO_LARGE`, …) at the root of whatever kafkajs threw; undefined if there is none. */
export function errorType(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++) {
    if ('type' in at && typeof at.type === 'string') return at.type
  }
  return undefined
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Reads one topic; undefined when the cluster has none of that name (or the user may not see it). */
export async function readTopic(admin: Admin, name: string): Promise<TopicDescription | undefined> {
  let topics
  try {
    topics = (await admin.fetchTopicMetadata({ topics: [name] })).topics
  } catch (error) {
    const type = errorType(error)
    if (
      type === 'UNKNOWN_TOPIC_OR_PARTITION' ||
      type === 'TOPIC_AUTHORIZATION_FAILED' ||
      type === 'INVALID_TOPIC_EXCEPTION'
    ) {
      return undefined
    }
    throw error
  }
  const found = topics.find((topic) => topic.name === name)
  if (found === undefined) return undefined
  return {
    name,
    partitions: found.partitions
      .map((one) => ({
        partition: one.partitionId,
        leader: one.leader,
        replicas: one.replicas.length,
        inSync: one.isr.length,
      }))
      .sort((a, b) => a.partition - b.partition),
    config: await readConfig(admin, name),
  }
}

async function readConfig(admin: Admin, name: string): Promise<Record<string, string> | undefined> {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
    })
    const entries = resources[0]?.configEntries
    return entries === undefined
      ? undefined
      : Object.fromEntries(entries.map((one) => [one.configName, one.configValue]))
  } catch {
    // Not allowed to DESCRIBE_CONFIGS: a producer needs no more than WRITE and DESCRIBE.
    return undefined
  }
}

/** Describes the topics named; a name that the cluster does not have is left out. */
export async function describeTopics(client: KafkaClient, names: readonly string[]): Promise<TopicDescription[]> {
  return withAdmin(client, async (admin) => {
    const found: TopicDescription[] = []
    for (const name of names) {
      const topic = await readTopic(admin, name)
      if (topic !== undefined) found.push(topic)
    }
    return found
  })
}

/** Names of all topics that the user may see. */
export async function listTopics(client: KafkaClient): Promise<string[]> {
  return withAdmin(client, (admin) => admin.listTopics())
}

/** How many brokers the cluster has. */
export async function clusterSize(client: KafkaClient): Promise<number> {
  return withAdmin(client, async (admin) => (await admin.describeCluster()).brokers.length)
}

/** Offsets of a topic's partitions: what is kept (`low`) and where it ends (`high`). @throws if there is no such topic. */
export async function topicOffsets(client: KafkaClient, topic: string): Promise<PartitionOffsets[]> {
  return (await offsetsOfTopics(client, [topic])).get(topic) ?? []
}

/** The same of many topics, by one connection and two questions to each broker. */
export async function offsetsOfTopics(
  client: KafkaClient,
  topics: readonly string[],
): Promise<Map<string, PartitionOffsets[]>> {
  if (topics.length === 0) return new Map()
  for (let left = STALE_TRIES; ; left--) {
    try {
      return await withCluster(client, (cluster) => readOffsets(cluster, [...new Set(topics)]))
    } catch (error) {
      if (left === 1 || !STALE.has(errorType(error) ?? '')) throw error
      await sleep(STALE_PAUSE_MS)
    }
  }
}

/** What brokers say while they have not heard yet of a topic that was just made, or of a leader that has just moved. */
const STALE: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'NOT_LEADER_FOR_PARTITION'])
const STALE_TRIES = 10
const STALE_PAUSE_MS = 300

async function readOffsets(cluster: Cluster, topics: readonly string[]): Promise<Map<string, PartitionOffsets[]>> {
  await cluster.addMultipleTargetTopics([...topics])
  const partitions = partitionsOf(cluster, topics)
  const lows = await listOffsets(cluster, partitions, EARLIEST)
  const highs = await listOffsets(cluster, partitions, LATEST)
  const found = partitions.map(({ topic, partition }, at) => ({
    topic,
    offsets: { partition, low: BigInt(lows[at]?.offset ?? 0), high: BigInt(highs[at]?.offset ?? 0) },
  }))
  return new Map(
    [...Map.groupBy(found, ({ topic }) => topic)].map(([topic, of]) => [
      topic,
      of.map(({ offsets }) => offsets).sort((a, b) => a.partition - b.partition),
    ]),
  )
}

/** What a group has committed in one partition. */
export interface GroupOffset {
  partition: number
  offset: bigint
  /** What was kept with it (`commitMetadata` of a consumer); empty where nothing was. */
  metadata: string
}

/** What a group has committed in each of the topics, by one question; partitions without a commit are left out. */
export async function groupOffsets(
  client: KafkaClient,
  groupId: string,
  topics: readonly string[],
): Promise<Map<string, GroupOffset[]>> {
  if (topics.length === 0) return new Map()
  return withAdmin(client, async (admin) => {
    const found = await admin.fetchOffsets({ groupId, topics: [...topics] })
    return new Map(
      found.map(({ topic, partitions }) => [
        topic,
        partitions
          .map(({ partition, offset, metadata }) => ({
            partition,
            offset: BigInt(offset),
            metadata: readCommitText(metadata ?? '').text,
          }))
          .filter(({ offset }) => offset >= 0n),
      ]),
    )
  })
}

/** What a group has committed in a topic, by partition; partitions without a commit are left out. */
export async function committedOffsets(
  client: KafkaClient,
  groupId: string,
  topic: string,
): Promise<Map<number, bigint>> {
  const offsets = (await groupOffsets(client, groupId, [topic])).get(topic) ?? []
  return new Map(offsets.map(({ partition, offset }) => [partition, offset]))
}
