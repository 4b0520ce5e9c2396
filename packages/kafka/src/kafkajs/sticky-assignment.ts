import type { TopicPartition } from '../records.ts'

/** A member of the group as the leader sees it. */
export interface GroupMember {
  id: string
  topics: ReadonlySet<string>
  /** What it has now, as names of `topic partition`. */
  owned: ReadonlySet<string>
}

/**
 * Shares each topic's partitions evenly among the members that subscribe to it, so that nobody moves who need not:
 * members keep what they have up to their share, and larger shares go to who has least in all. With `coPartitioned`, topics
 * with the same subscribers and equally many partitions are shared alike.
 */
export function assignSticky(
  members: readonly GroupMember[],
  partitionsOf: (topic: string) => readonly number[],
  { coPartitioned = false }: { coPartitioned?: boolean } = {},
): Map<string, TopicPartition[]> {
  const assigned = new Map<string, TopicPartition[]>(members.map((member) => [member.id, []]))
  const countOf = (member: GroupMember) => assigned.get(member.id)?.length ?? 0
  const topics = new Set(members.flatMap((member) => [...member.topics]))
  /** The first topic of each kind: those that follow are shared as it was. */
  const models = new Map<string, string>()
  for (const topic of [...topics].sort()) {
    const partitions = partitionsOf(topic)
    const ownedIn = (member: GroupMember) =>
      partitions.filter((partition) => member.owned.has(`${topic} ${partition}`)).length
    const takers = members
      .filter((member) => member.topics.has(topic))
      .sort((a, b) => countOf(a) - countOf(b) || ownedIn(b) - ownedIn(a) || (a.id < b.id ? -1 : 1))
    const kind = JSON.stringify([partitions, takers.map((member) => member.id).sort()])
    const model = models.get(kind)
    if (!coPartitioned || model === undefined) {
      shareTopic(topic, partitions, takers, assigned)
      models.set(kind, topic)
    } else for (const share of assigned.values()) shareAlike(topic, model, share)
  }
  return assigned
}

function shareAlike(topic: string, model: string, share: TopicPartition[]): void {
  for (const one of share.filter((given) => given.topic === model)) share.push({ topic, partition: one.partition })
}

/** `takers` in the order in which the larger shares go. */
function shareTopic(
  topic: string,
  partitions: readonly number[],
  takers: readonly GroupMember[],
  assigned: ReadonlyMap<string, TopicPartition[]>,
): void {
  if (takers.length === 0) return
  const least = Math.floor(partitions.length / takers.length)
  const larger = partitions.length % takers.length
  const room = new Map(takers.map((member, place) => [member.id, least + (place < larger ? 1 : 0)]))
  const give = (member: GroupMember, partition: number) => {
    assigned.get(member.id)?.push({ topic, partition })
    room.set(member.id, (room.get(member.id) ?? 0) - 1)
  }
  const hasRoom = (member: GroupMember) => (room.get(member.id) ?? 0) > 0
  const left = partitions.filter((partition) => {
    const owner = takers.find((member) => member.owned.has(`${topic} ${partition}`) && hasRoom(member))
    if (owner !== undefined) give(owner, partition)
    return owner === undefined
  })
  for (const partition of left) {
    const taker = takers.find(hasRoom)
    if (taker !== undefined) give(taker, partition)
  }
}
