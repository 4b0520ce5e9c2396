/** Tells of which topic a batch is: one name can have two topics, one after the other. */
export interface TopicIdWatch {
  /** To be asked after the fetch. Undefined where Kafka knows no ids, or does not answer. */
  idOf(topic: string): Promise<string | undefined>
  /** As they are now: who has seen a change must not be told of the former one afterwards. */
  idsNow(topics: readonly string[]): Promise<ReadonlyMap<string, string> | undefined>
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

  async function idsNow(topics: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    const ids = await ask(topics)
    const at = Date.now()
    for (const topic of topics) known.set(topic, { id: ids?.get(topic), at })
    return ids
  }

  return {
    idsNow,
    idOf: async (topic) => {
      const last = known.get(topic)
      if (last !== undefined && Date.now() - last.at < TRUSTED_MS) return last.id
      try {
        return (await idsNow([topic]))?.get(topic)
      } catch {
        return undefined
      }
    },
  }
}
