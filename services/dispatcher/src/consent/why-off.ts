import { describeTopics, ensureTopics, growTopic, isPermitted } from '@imchannel/kafka'
import type { KafkaClient, Permission } from '@imchannel/kafka'
import type { Topics } from '@imchannel/events'
import { compactedSpec, eventSpec } from '../adapters/topic-specs.ts'

export interface ConsentTopics {
  readonly topics: Pick<Topics, 'account' | 'consent'>
  readonly groupId: string
  /** Of a topic that is made where there is no account topic yet. */
  readonly partitions: number
}

/**
 * Why consent cannot be kept, in words that name the topic and the ACL; undefined where it can. Makes the compacted topic where it is
 * missing, with as many partitions as the account topic has: a record lies in the partition of the change that it was made of.
 *
 * @throws where Kafka cannot be asked
 */
export async function whyOff(client: KafkaClient, names: ConsentTopics): Promise<string | undefined> {
  const { topics, partitions } = names
  const { account, consent } = topics
  // Ingress makes it as well, whichever comes first.
  await ensureTopics(client, [eventSpec(account, partitions)])
  const [changes] = await describeTopics(client, [account])
  if (changes === undefined) return `there is no topic ${account}, or this user may not see it: ${aclText(names)[0]}`
  const wanted = Math.max(changes.partitions.length, partitions)
  const { missing } = await ensureTopics(client, [compactedSpec(consent, wanted)])
  if (missing[0] !== undefined)
    return `${consent} is missing and may not be made (${missing[0].problem}): make it, compacted, with ${wanted} partitions`
  const denied = await firstDenied(client, names)
  if (denied !== undefined) return denied
  const [found] = await describeTopics(client, [consent])
  if (found?.config !== undefined && found.config['cleanup.policy']?.includes('compact') !== true)
    return `${consent} is not compacted, so that it would forget: set cleanup.policy=compact`
  return grown(client, consent, { has: found?.partitions.length ?? 0, needs: changes.partitions.length })
}

async function grown(
  client: KafkaClient,
  topic: string,
  { has, needs }: { has: number; needs: number },
): Promise<string | undefined> {
  if (has >= needs) return undefined
  try {
    await growTopic(client, topic, needs)
    return undefined
  } catch (error) {
    return `${topic} has ${has} partitions and needs ${needs}, as the account topic has: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function firstDenied(client: KafkaClient, names: ConsentTopics): Promise<string | undefined> {
  const { topics, groupId } = names
  const asked: Permission[] = [
    { kind: 'read', topic: topics.account },
    { kind: 'read', topic: topics.consent },
    { kind: 'write', topic: topics.consent },
    { kind: 'read-group', group: groupId, topic: topics.account },
  ]
  for (const [at, permission] of asked.entries())
    if (!(await isPermitted(client, permission))) return `this user lacks ${aclText(names)[at]}`
  return undefined
}

/** In the order in which they are asked. */
function aclText({ topics, groupId }: ConsentTopics): string[] {
  return [
    `Read on topic ${topics.account}`,
    `Read on topic ${topics.consent}`,
    `Write on topic ${topics.consent}`,
    `Read on groups that begin with ${groupId}`,
  ]
}
