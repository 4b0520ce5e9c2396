import { errorType, withAdmin } from '../kafkajs/admin.ts'
import type { KafkaClient } from '../kafkajs/client.ts'

/** Deletes topics with all that is in them. One that is not there is no error. @throws where one may not be deleted. */
export async function deleteTopics(client: KafkaClient, names: readonly string[]): Promise<void> {
  await withAdmin(client, async (admin) => {
    for (const name of names) {
      try {
        await admin.deleteTopics({ topics: [name] })
      } catch (error) {
        if (errorType(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
      }
    }
  })
}

/** Deletes a group that nobody is a member of, with what it has committed. One that is not there is no error. @throws where it may not. */
export async function deleteGroup(client: KafkaClient, groupId: string): Promise<void> {
  await withAdmin(client, async (admin) => {
    try {
      await admin.deleteGroups([groupId])
    } catch (error) {
      // KafkaJSDeleteGroupsError has one entry a group.
      const [first] = 'groups' in Object(error) ? (error as { groups: { error?: unknown }[] }).groups : []
      if (errorType(first?.error ?? error) !== 'GROUP_ID_NOT_FOUND') throw error
    }
  })
}
