import kafkajs, { type Admin, type Assigner, type Cluster, type PartitionAssigner } from 'kafkajs'
import type { TopicPartition } from '../records.ts'
import { withAdmin } from './admin.ts'
import type { KafkaClient } from './client.ts'
import { assignSticky, type GroupMember } from './sticky-assignment.ts'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol
const VERSION = 0

export interface GroupAssigner {
  readonly create: PartitionAssigner
  /** Of the consumer that runs. */
  cluster(): Cluster | undefined
  /** How often this member asked to join since the last call. */
  joins(): number
}

/**
 * kafkajs's own assigner gives the leader's topics to everybody, also to members that have not discovered them yet, whose
 * partitions then nobody reads; and it moves partitions without need. `owned` is what this member has now.
 */
export function createGroupAssigner(
  client: KafkaClient,
  owned: () => readonly TopicPartition[],
  coPartitioned: boolean,
): GroupAssigner {
  // Kafka picks a protocol that all members know: those that share otherwise do not mix with us.
  const name = coPartitioned ? 'imchannel-sticky-together' : 'imchannel-sticky'
  let joins = 0
  let current: Cluster | undefined
  const create = ({ cluster }: { cluster: Cluster }): Assigner => {
    current = cluster
    return {
      name,
      version: VERSION,
      protocol: ({ topics }) => {
        joins++
        const userData = Buffer.from(JSON.stringify(owned().map(({ topic, partition }) => [topic, partition])))
        return { name, metadata: MemberMetadata.encode({ version: VERSION, topics: [...topics], userData }) }
      },
      assign: async ({ members }) => {
        const decoded = members.map(({ memberId, memberMetadata }) => decodeMember(memberId, memberMetadata))
        const partitions = await partitionsOf(client, cluster, new Set(decoded.flatMap((member) => [...member.topics])))
        const assigned = assignSticky(decoded, (topic) => partitions.get(topic) ?? [], { coPartitioned })
        return [...assigned].map(([memberId, partitions]) => ({
          memberId,
          memberAssignment: MemberAssignment.encode({
            version: VERSION,
            assignment: byTopic(partitions),
            userData: Buffer.alloc(0),
          }),
        }))
      },
    }
  }
  return {
    create,
    cluster: () => current,
    joins: () => {
      const count = joins
      joins = 0
      return count
    },
  }
}

/** The leader's own metadata has its own topics alone; Kafka is asked for the others, without making them its own. */
async function partitionsOf(
  client: KafkaClient,
  cluster: Cluster,
  topics: ReadonlySet<string>,
): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>()
  const foreign: string[] = []
  for (const topic of topics) {
    const known = cluster.findTopicPartitionMetadata(topic)
    if (known.length > 0) found.set(topic, idsOf(known))
    else foreign.push(topic)
  }
  if (foreign.length === 0) return found
  await withAdmin(client, async (admin) => {
    for (const topic of foreign)
      for (const one of await askFor(admin, topic)) found.set(one.name, idsOf(one.partitions))
  })
  return found
}

function idsOf(partitions: readonly { partitionId: number }[]): number[] {
  return partitions.map((one) => one.partitionId).sort((a, b) => a - b)
}

async function askFor(admin: Admin, topic: string) {
  try {
    return (await admin.fetchTopicMetadata({ topics: [topic] })).topics
  } catch {
    // Deleted since, or not for our eyes: who subscribed to it finds that out, and the group is assigned anew.
    return []
  }
}

function decodeMember(id: string, metadata: Buffer): GroupMember {
  const decoded = MemberMetadata.decode(metadata)
  return { id, topics: new Set(decoded?.topics), owned: decodeOwned(decoded?.userData) }
}

/** Of a member with other software nothing is known, which costs no more than a partition that moves. */
function decodeOwned(userData: Buffer | undefined): Set<string> {
  try {
    const pairs: unknown = JSON.parse(userData?.toString() ?? '[]')
    return new Set(Array.isArray(pairs) ? pairs.map((pair) => (Array.isArray(pair) ? pair.join(' ') : '')) : [])
  } catch {
    return new Set()
  }
}

function byTopic(partitions: readonly TopicPartition[]): Record<string, number[]> {
  const topics: Record<string, number[]> = {}
  for (const { topic, partition } of partitions) (topics[topic] ??= []).push(partition)
  return topics
}
