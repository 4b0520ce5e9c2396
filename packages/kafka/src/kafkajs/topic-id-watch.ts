/** Tells of which topic a batch is: one name can have two topics, one after the other. */
export interface TopicIdWatch {
  /** To be asked after the fetch. Undefined where Kafka knows no ids, or does not answer. */
  idOf(topic: string): Promise<string | undefined>
}

/**
 * One question a second and topic, while it is read: what is fetched within a second of a topic's end is the most that can be
 * taken for the former one's.
 */
const TRUSTED_MS = 1_000

export function createTopicIdWatch(
  ask: (topics: readonly string[]) => Promise<ReadonlyMap<string, string> | undefined>,
): TopicIdWatch {
  const known = new Map<string, { id: string | undefined; at: number }>()
  return {
    idOf: async (topic) => {
      const last = known.get(topic)
      const now = Date.now()
      if (last !== undefined && now - last.at < TRUSTED_MS) return last.id
      try {
        const id = (await ask([topic]))?.get(topic)
        known.set(topic, { id, at: now })
        return id
      } catch {
        return undefined
      }
    },
  }
}
