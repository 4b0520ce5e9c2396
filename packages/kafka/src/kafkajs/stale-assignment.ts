import kafkajs from 'kafkajs'
import { withAdmin } from './admin.ts'
import type { KafkaClient } from './client.ts'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol

interface Member {
  readonly id: string
  readonly topics: ReadonlySet<string>
  readonly assigned: Readonly<Record<string, readonly number[]>>
}

/**
 * Whether the group's assignment does not fit to what a member has subscribed to: Kafka gives a static member that comes back
 * its assignment of before, though it may have other topics since, and assigns nobody what it has now.
 *
 * @throws where Kafka cannot be asked.
 */
export async function isAssignmentStale(client: KafkaClient, groupId: string, memberId: string): Promise<boolean> {
  return withAdmin(client, async (admin) => {
    const [group] = (await admin.describeGroups([groupId])).groups
    // While it is being assigned anew, everybody says once more what they have subscribed to.
    if (group?.state !== 'Stable') return false
    const members = group.members.map(decodeMember)
    const own = members.find(({ id }) => id === memberId)
    if (own === undefined) return false
    const { topics } = await admin.fetchTopicMetadata({ topics: [...own.topics] })
    return !fits(
      own,
      members,
      new Map(topics.map(({ name, partitions }) => [name, partitions.map((one) => one.partitionId)])),
    )
  })
}

/** Whether it has nothing that it does not read, and of what it reads everything is somebody's. */
function fits(own: Member, members: readonly Member[], partitions: ReadonlyMap<string, readonly number[]>): boolean {
  const isOwnRead = Object.keys(own.assigned).every((topic) => own.topics.has(topic))
  const isAssigned = (topic: string, partition: number) =>
    members.some(({ assigned }) => assigned[topic]?.includes(partition) === true)
  return isOwnRead && [...partitions].every(([topic, all]) => all.every((partition) => isAssigned(topic, partition)))
}

function decodeMember(given: { memberId: string; memberMetadata: Buffer; memberAssignment: Buffer }): Member {
  return {
    id: given.memberId,
    topics: new Set(MemberMetadata.decode(given.memberMetadata)?.topics),
    assigned: MemberAssignment.decode(given.memberAssignment)?.assignment ?? {},
  }
}
