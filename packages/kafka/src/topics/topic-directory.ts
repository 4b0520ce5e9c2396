import { messageOf, readTopic, withAdmin } from '../kafkajs/admin.ts'
import type { KafkaClient } from '../kafkajs/client.ts'

/** What a producer has to know of a topic before it writes. */
export interface TopicFacts {
  /** Leader (broker id) by partition; -1 where there is none at the moment. */
  leaders: readonly number[]
  /** Largest record batch that the topic takes, before compression by the broker; undefined where it may not be read. */
  maxMessageBytes: number | undefined
}

export interface TopicDirectory {
  /** Facts of a topic, asked for once and kept; undefined when there is no such topic. @throws when Kafka cannot be asked. */
  find(topic: string): Promise<TopicFacts | undefined>
  /** What is known without asking. */
  known(topic: string): TopicFacts | undefined
  /** To be asked again before the next write, e.g. after one failed. */
  forget(topics: Iterable<string>): void
}

/** Below kafkajs's own metadata age (60 s), so that a deleted topic is noticed here first, and a new limit within a minute. */
const KEPT_MS = 30_000

/**
 * Keeps facts of topics. Those older than half a minute are read again in the background while the old ones serve;
 * only what is not known at all, or was forgotten, is waited for.
 */
export function createTopicDirectory(client: KafkaClient, onGone: (topic: string) => void): TopicDirectory {
  const facts = new Map<string, TopicFacts>()
  const forgotten = new Set<string>()
  let readAt = 0
  let reading: Promise<void> | undefined

  async function read(topics: readonly string[]): Promise<void> {
    await withAdmin(client, async (admin) => {
      for (const topic of topics) {
        const found = await readTopic(admin, topic)
        forgotten.delete(topic)
        if (found === undefined) {
          if (facts.delete(topic)) onGone(topic)
          continue
        }
        const limit = Number(found.config?.['max.message.bytes'])
        facts.set(topic, {
          leaders: found.partitions.map((one) => one.leader),
          maxMessageBytes: Number.isSafeInteger(limit) && limit > 0 ? limit : undefined,
        })
      }
    })
  }

  function refresh(): void {
    if (reading !== undefined || Date.now() - readAt < KEPT_MS) return
    readAt = Date.now()
    reading = read([...facts.keys()])
      .catch((error: unknown) => client.log('warn', `topics could not be read again: ${messageOf(error)}`, {}))
      .finally(() => (reading = undefined))
  }

  return {
    known: (topic) => facts.get(topic),
    forget: (topics) => {
      for (const topic of topics) forgotten.add(topic)
    },
    find: async (topic) => {
      const found = facts.get(topic)
      if (found !== undefined && !forgotten.has(topic)) {
        refresh()
        return found
      }
      await read([topic])
      return facts.get(topic)
    },
  }
}
