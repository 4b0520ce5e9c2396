import type { KafkaClient } from '@imchannel/kafka'
import { withAdmin } from '../../packages/kafka/src/kafkajs/admin.ts'

/** Whether a group has a static member of that name; undefined where Kafka does not say. The id of a static member begins with its name. */
export async function isMember(client: KafkaClient, groupId: string, name: string): Promise<boolean | undefined> {
  try {
    const { groups } = await withAdmin(client, (admin) => admin.describeGroups([groupId]))
    return groups.some(({ members }) => members.some(({ memberId }) => memberId.startsWith(`${name}-`)))
  } catch {
    return undefined
  }
}
