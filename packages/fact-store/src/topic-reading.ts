import type { RedisClient } from '@imchannel/redis'
import { partAt, PARTS } from './keys.ts'

/** Next offsets by partition. */
export type Offsets = ReadonlyMap<number, number>

/** How far a compacted topic has been read into every part of its copy. Rejects with `RedisUnavailable` where Redis does not answer. */
export interface TopicReading {
  /** What went back with a failover or was emptied went back here too. Partitions of which nothing is there are absent. */
  readTo(): Promise<Offsets>
  /** All that stands below these offsets has been put. */
  markRead(ends: Offsets): Promise<void>
}

/** @param keyOf the key of the account in one part */
export function createTopicReading(redis: RedisClient, keyOf: (part: string) => string): TopicReading {
  const readings = Array.from({ length: PARTS }, (_, part) => keyOf(partAt(part)))
  return {
    readTo: async () => {
      const parts = await Promise.all(readings.map((key) => redis.hgetall(key)))
      const [first = {}, ...others] = parts
      return new Map(
        Object.keys(first)
          .filter((partition) => others.every((part) => part[partition] !== undefined))
          .map((partition) => [Number(partition), Math.min(...parts.map((part) => Number(part[partition])))]),
      )
    },
    markRead: async (ends) => {
      const fields = [...ends].flat()
      if (fields.length > 0) await Promise.all(readings.map((key) => redis.hset(key, ...fields)))
    },
  }
}
