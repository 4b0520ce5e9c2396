import { ensureTopics } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import type { DispatcherSettings } from '../config.ts'
import { commandSpec, deadLetterSpec, eventSpec } from './topic-specs.ts'

/** Topics are not there, and this user may not make them: no waiting helps. */
export class MissingTopics extends Error {
  override name = 'MissingTopics'
}

/** Makes the topics that the dispatcher reads and writes, where they are missing. @throws MissingTopics with all of them */
export async function prepareTopics(
  client: KafkaClient,
  { outbound, partitions, topics }: DispatcherSettings,
): Promise<{ created: string[] }> {
  const names = outbound.flatMap(({ topic }) => (typeof topic === 'string' ? [topic] : []))
  const { created, missing } = await ensureTopics(client, [
    ...names.map((name) => commandSpec(name, partitions)),
    eventSpec(topics.status, partitions),
    deadLetterSpec(topics.deadletter, partitions),
  ])
  if (missing.length > 0) {
    const list = missing.map(({ name, problem }) => `${name} (${problem})`).join(', ')
    throw new MissingTopics(`topics are missing and may not be created: ${list}; create them, or allow this user to`)
  }
  return { created }
}
