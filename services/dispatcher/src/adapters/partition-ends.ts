import { committedOffsets, listTopics, topicOffsets } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import type { Suspects } from '@imchannel/ledger'
import { isOutbound } from '../config.ts'
import type { DispatcherSettings } from '../config.ts'
import { isOwnTopic, readParkedTopic } from '../domain/parked-topic.ts'

/** Where the partitions end now that the dispatcher's groups have ever committed in, by `topic:partition`. */
export async function partitionEnds(client: KafkaClient, settings: DispatcherSettings): Promise<Suspects> {
  const { outbound, groupId, parkedGroupId } = settings
  const ends: Record<string, number> = {}
  for (const topic of await listTopics(client)) {
    const parked = readParkedTopic(topic)
    const isParked = parked !== undefined && isOutbound(outbound, parked.topic)
    if (!isParked && (isOwnTopic(topic) || !isOutbound(outbound, topic))) continue
    const committed = await committedOffsets(client, isParked ? parkedGroupId : groupId, topic)
    for (const { partition, high } of await topicOffsets(client, topic)) {
      // Where nothing was ever finished, a first window may still have been sent: only a group that is new has none.
      if (committed.size > 0) ends[`${topic}:${partition}`] = Number(high)
    }
  }
  return ends
}
