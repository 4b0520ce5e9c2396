import { runScript, script } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'

/** Where a record stands in Kafka. */
export interface RecordPlace {
  topic: string
  partition: number
  offset: string
}

/** Counts the readings of a record that did not end: what kills the process that reads it leaves its mark. */
export interface ReadingMarks {
  /** Marks the reading as begun; resolves with how many did begin and not end, this one included. A repeat counts once. */
  begin(place: RecordPlace, reading: string): Promise<number>
  /** The record could be read: nothing is counted of it any more. */
  end(place: RecordPlace): Promise<void>
}

/** A record that kills is met again at the next start; whoever starts nothing for a day has stopped counting. */
const MARK_MS = 86_400_000

const BEGIN = script(`
redis.call('HSET', KEYS[1], ARGV[1], '1')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('HLEN', KEYS[1])
`)

/** `name` tells two consumer groups on one Redis apart. */
export function createReadingMarks(redis: RedisClient, name: string): ReadingMarks {
  const keyOf = ({ topic, partition, offset }: RecordPlace): string =>
    `imc:ledger:${name}:reading:${topic}:${partition}:${offset}`
  return {
    begin: async (place, reading) => Number(await runScript(redis, BEGIN, [keyOf(place)], [reading, MARK_MS])),
    end: async (place) => {
      await redis.del(keyOf(place))
    },
  }
}
