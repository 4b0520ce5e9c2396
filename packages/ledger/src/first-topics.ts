import type { RedisClient } from '@imchannel/redis'

/** Remembers which topic was the first under its name, as long as Redis does: as long as what was made of its places is remembered. */
export interface FirstTopics {
  /** The id of the first; the given one's where none was met before. */
  firstId(topic: string, id: string): Promise<string>
}

/** `name` tells two consumer groups on one Redis apart. */
export function createFirstTopics(redis: RedisClient, name: string): FirstTopics {
  return {
    firstId: async (topic, id) => {
      const key = `imc:ledger:${name}:topic:${topic}`
      if ((await redis.set(key, id, 'NX')) === 'OK') return id
      return (await redis.get(key)) ?? id
    },
  }
}
