import { requireTopics } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { commandTopicNames } from '../config.ts'
import type { DispatcherSettings } from '../config.ts'
import { commandSpec, deadLetterSpec, eventSpec } from './topic-specs.ts'

/**
 * Makes the topics that the dispatcher reads and writes, where they are missing.
 *
 * @returns the names of those that it made
 * @throws MissingTopics with all of them
 */
export function prepareTopics(
  client: KafkaClient,
  { outbound, partitions, topics, maxAgeMs }: DispatcherSettings,
): Promise<string[]> {
  return requireTopics(client, [
    ...commandTopicNames(outbound()).map((name) => commandSpec(name, partitions, maxAgeMs())),
    eventSpec(topics.status, partitions),
    deadLetterSpec(topics.deadletter, partitions),
  ])
}
