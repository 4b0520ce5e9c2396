import type { Config } from '@imchannel/config'
import type { Topics } from '@imchannel/events'
import { createContactCopy } from '@imchannel/fact-store'
import { ensureTopics, isPermitted, type KafkaClient } from '@imchannel/kafka'
import { line, type Logger, raw } from '@imchannel/logging'
import type { RedisClient } from '@imchannel/redis'
import { type ContactMemory, createContactMemory } from './adapters/contact-memory.ts'
import { createOptionalTopic, type OptionalTopic } from './adapters/optional-topic.ts'
import { contactsTopicSpec } from './topic-specs.ts'

export interface ContactsOptions {
  readonly config: Config
  readonly topics: Topics
  readonly log: Logger
}

/** Who is who: on where the compacted topic and Redis's keys may be used, and nothing else waits for it. */
export interface Contacts extends Pick<OptionalTopic, 'start' | 'stop'> {
  readonly memory: ContactMemory
}

export function openContacts(kafka: KafkaClient, redis: RedisClient, options: ContactsOptions): Contacts {
  const { config, log } = options
  const topic = topicOf(kafka, options)
  const copy = createContactCopy(redis, { prefix: config.topics.prefix })
  return { memory: createContactMemory({ copy, topic, log }), start: () => topic.start(), stop: () => topic.stop() }
}

function topicOf(kafka: KafkaClient, { config, topics, log }: ContactsOptions): OptionalTopic {
  const topic = raw(topics.contacts)
  const { partitions } = config.topics
  return createOptionalTopic({
    look: () => lookForTopic(kafka, topics, partitions),
    onOff: (problem) =>
      log.warn(
        { fn: 'contacts' },
        line`who is who is known by user ids alone, as before: ${topic} may not be used (${raw(problem)}); make the topic, compacted, and allow Write on it`,
      ),
    onOn: () => log.info({ fn: 'contacts' }, line`who is who is kept in ${topic} again`),
  })
}

/** @returns why contacts cannot be kept; undefined where they can */
async function lookForTopic(kafka: KafkaClient, topics: Topics, partitions: number): Promise<string | undefined> {
  const { missing } = await ensureTopics(kafka, [contactsTopicSpec(topics, partitions)])
  if (missing[0] !== undefined) return missing[0].problem
  return (await isPermitted(kafka, { kind: 'write', topic: topics.contacts })) ? undefined : 'Write is not granted'
}
