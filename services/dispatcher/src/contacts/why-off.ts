import { describeTopics, ensureTopics, isPermitted } from '@imchannel/kafka'
import type { KafkaClient, Permission } from '@imchannel/kafka'
import { compactedSpec } from '../adapters/topic-specs.ts'

export interface ContactsTopic {
  readonly topic: string
  /** Of the groups that read it. */
  readonly groupId: string
  /** Of a topic that is made. */
  readonly partitions: number
}

/**
 * Why contacts cannot be read back, in words that name the topic and the ACL; undefined where they can. Makes the topic where it is
 * missing: ingress makes it as well, whichever comes first.
 *
 * @throws where Kafka cannot be asked
 */
export async function whyOff(
  client: KafkaClient,
  { topic, groupId, partitions }: ContactsTopic,
): Promise<string | undefined> {
  const { missing } = await ensureTopics(client, [compactedSpec(topic, partitions)])
  if (missing[0] !== undefined)
    return `${topic} is missing and may not be made (${missing[0].problem}): make it, compacted`
  const asked: (readonly [Permission, string])[] = [
    [{ kind: 'read', topic }, `Read on topic ${topic}`],
    [{ kind: 'write', topic }, `Write on topic ${topic}`],
    [{ kind: 'read-group', group: groupId, topic }, `Read on groups that begin with ${groupId}`],
  ]
  for (const [permission, text] of asked) if (!(await isPermitted(client, permission))) return `this user lacks ${text}`
  const [found] = await describeTopics(client, [topic])
  if (found?.config !== undefined && found.config['cleanup.policy']?.includes('compact') !== true)
    return `${topic} is not compacted, so that it would forget: set cleanup.policy=compact`
  return undefined
}
