import type { Topics } from '@imchannel/events'
import { describeTopics, ensureTopics, isPermitted } from '@imchannel/kafka'
import type { KafkaClient, Permission } from '@imchannel/kafka'
import { compactedSpec } from '../adapters/topic-specs.ts'

/**
 * Why counts of budgets cannot be kept, in words that name the topic and the ACL; undefined where they can. Makes their topic where it is
 * missing.
 *
 * @throws where Kafka cannot be asked
 */
export async function whyOff(
  client: KafkaClient,
  { topics, partitions }: { topics: Topics; partitions: number },
): Promise<string | undefined> {
  const { budgets } = topics
  const { missing } = await ensureTopics(client, [compactedSpec(budgets, partitions)])
  if (missing[0] !== undefined)
    return `${budgets} is missing and may not be made (${missing[0].problem}): make it, compacted (imchannel topics create)`
  const followed = await followedTopics(client, topics)
  const asked: Permission[] = [
    ...[budgets, ...followed].map((topic) => ({ kind: 'read' as const, topic })),
    { kind: 'write', topic: budgets },
  ]
  for (const permission of asked) {
    if (await isPermitted(client, permission)) continue
    const operation = permission.kind === 'write' ? 'Write' : 'Read'
    return `this user lacks the ACL: --operation ${operation} --topic ${'topic' in permission ? permission.topic : budgets} (docs/operations.md)`
  }
  const [found] = await describeTopics(client, [budgets])
  if (found?.config !== undefined && found.config['cleanup.policy']?.includes('compact') !== true)
    return `${budgets} is not compacted, so that it would forget: set cleanup.policy=compact`
  return undefined
}

/** Where it stands what became of messages. Ingress makes some of them, and nothing is to be counted before. */
export async function followedTopics(
  client: KafkaClient,
  { status, cost, inbound }: Pick<Topics, 'status' | 'cost' | 'inbound'>,
): Promise<string[]> {
  const there = await describeTopics(client, [status, cost, inbound])
  return [status, cost, inbound].filter((name) => there.some((one) => one.name === name))
}
