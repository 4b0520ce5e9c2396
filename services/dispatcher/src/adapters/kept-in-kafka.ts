import { commitMetadata, committedOffsets, listTopics, topicOffsets } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import type { LedgerMark, Suspects } from '@imchannel/ledger'
import { isOutbound } from '../config.ts'
import type { DispatcherSettings } from '../config.ts'
import { isOwnTopic, readParkedTopic } from '../domain/parked-topic.ts'
import { latestMark } from './ledger-watch.ts'

/** The dispatcher's topics, each with the group that reads it. */
async function groupsOf(
  client: KafkaClient,
  settings: DispatcherSettings,
): Promise<{ topic: string; group: string }[]> {
  const { outbound, groupId, parkedGroupId } = settings
  return (await listTopics(client)).flatMap((topic) => {
    const parked = readParkedTopic(topic)
    if (parked !== undefined && isOutbound(outbound(), parked.topic)) return [{ topic, group: parkedGroupId }]
    return !isOwnTopic(topic) && isOutbound(outbound(), topic) ? [{ topic, group: groupId }] : []
  })
}

/** Where the partitions end now of all topics in which the dispatcher's groups have ever committed, by `topic:partition`. */
export async function partitionEnds(client: KafkaClient, settings: DispatcherSettings): Promise<Suspects> {
  const ends: Record<string, number> = {}
  for (const { topic, group } of await groupsOf(client, settings)) {
    // A group that has never committed is new, and has sent nothing that could be forgotten.
    if ((await committedOffsets(client, group, topic)).size === 0) continue
    for (const { partition, high } of await topicOffsets(client, topic)) ends[`${topic}:${partition}`] = Number(high)
  }
  return ends
}

/** The latest mark of the ledger that any instance kept with its commits. */
export async function keptMark(client: KafkaClient, settings: DispatcherSettings): Promise<LedgerMark | undefined> {
  const texts: string[] = []
  for (const { topic, group } of await groupsOf(client, settings)) {
    texts.push(...(await commitMetadata(client, group, topic)).values())
  }
  return latestMark(texts)
}
