import { groupOffsets, listTopics, offsetsOfTopics } from '@imchannel/kafka'
import type { GroupOffset, KafkaClient } from '@imchannel/kafka'
import type { LedgerMark, Suspects } from '@imchannel/ledger'
import { isOutbound, isParkedOutbound } from '../config.ts'
import type { DispatcherSettings } from '../config.ts'
import { latestMark } from './ledger-watch.ts'

/** The dispatcher's topics in which the group that reads them has ever committed: with what it committed there. */
async function committedTopics(client: KafkaClient, settings: DispatcherSettings): Promise<Map<string, GroupOffset[]>> {
  const { outbound, groupId, parkedGroupId, topics } = settings
  const [source, parked]: [string[], string[]] = [[], []]
  for (const topic of await listTopics(client)) {
    if (isParkedOutbound(outbound(), topic)) parked.push(topic)
    else if (!topics.isWritten(topic) && isOutbound(outbound(), topic)) source.push(topic)
  }
  const found = [
    ...(await groupOffsets(client, groupId, source)),
    ...(await groupOffsets(client, parkedGroupId, parked)),
  ]
  return new Map(found.filter(([, offsets]) => offsets.length > 0))
}

/** Where the partitions end now of all topics in which the dispatcher's groups have ever committed, by `topic:partition`. */
export async function partitionEnds(client: KafkaClient, settings: DispatcherSettings): Promise<Suspects> {
  // A group that has never committed is new, and has sent nothing that could be forgotten.
  const topics = [...(await committedTopics(client, settings)).keys()]
  const ends = [...(await offsetsOfTopics(client, topics))].flatMap(([topic, offsets]) =>
    offsets.map(({ partition, high }) => [`${topic}:${partition}`, Number(high)]),
  )
  return Object.fromEntries(ends)
}

/** The latest mark of the ledger that any instance kept with its commits. */
export async function keptMark(client: KafkaClient, settings: DispatcherSettings): Promise<LedgerMark | undefined> {
  const committed = await committedTopics(client, settings)
  return latestMark([...committed.values()].flat().map(({ metadata }) => metadata))
}
