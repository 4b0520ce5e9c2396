import { runScript, script, type RedisClient } from '@imchannel/redis'
import { partAt, PARTS } from './keys.ts'

/** Next offsets by partition. */
export type Offsets = ReadonlyMap<number, number>

/** How far a topic has been read, as the servers that have the copy said at one moment. */
export interface TopicPosition {
  /** Partitions of which nothing is there are absent. */
  readonly offsets: Offsets
  /** The run of the server of each part: another one after a restart or a failover. */
  readonly runs: readonly string[]
}

/** How far a compacted topic has been read into every part of its copy. Rejects with `RedisUnavailable` where Redis does not answer. */
export interface TopicReading {
  /** What went back with a failover or was emptied went back here too. */
  readTo(): Promise<TopicPosition>
  /**
   * All that stands below these offsets has been put since `position` was asked for. False, and nothing is marked, where a server is another
   * one since: what was put may have gone with the former one, or with its last second.
   */
  markRead(ends: Offsets, position: TopicPosition): Promise<boolean>
}

const RUN = `string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')`

/** KEYS: the account in one part. */
const READ = script(`return { ${RUN}, redis.call('HGETALL', KEYS[1]) }`)

/** KEYS: the account in one part. ARGV: the run, then partitions and offsets. */
const MARK = script(`
if ${RUN} ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1`)

/** @param keyOf the key of the account in one part */
export function createTopicReading(redis: RedisClient, keyOf: (part: string) => string): TopicReading {
  const readings = Array.from({ length: PARTS }, (_, part) => keyOf(partAt(part)))
  return {
    readTo: async () => {
      const parts = (await Promise.all(readings.map((key) => runScript(redis, READ, [key], [])))).map(partOf)
      const [first, ...others] = parts.map(({ offsets }) => offsets)
      const known = [...(first?.keys() ?? [])].filter((partition) => others.every((part) => part.has(partition)))
      const lowest = (partition: number): number =>
        Math.min(...parts.map(({ offsets }) => offsets.get(partition) ?? Infinity))
      return {
        offsets: new Map(known.map((partition) => [partition, lowest(partition)])),
        runs: parts.map(({ run }) => run),
      }
    },
    markRead: async (ends, { runs }) => {
      const fields = [...ends].flat()
      if (fields.length === 0) return true
      const answers = await Promise.all(
        readings.map((key, part) => runScript(redis, MARK, [key], [runs[part] ?? '', ...fields])),
      )
      return answers.every((answer) => answer === 1)
    },
  }
}

function partOf(answer: unknown): { run: string; offsets: Map<number, number> } {
  const [run, fields]: unknown[] = Array.isArray(answer) ? answer : []
  const offsets = new Map<number, number>()
  if (Array.isArray(fields))
    for (let at = 0; at + 1 < fields.length; at += 2) offsets.set(Number(fields[at]), Number(fields[at + 1]))
  return { run: String(run), offsets }
}
