import { randomUUID } from 'node:crypto'
import type { TopicReading } from '@imchannel/fact-store'
import { readRange, topicOffsets } from '@imchannel/kafka'
import type { IncomingRecord, KafkaClient } from '@imchannel/kafka'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import type { RedisClient } from '@imchannel/redis'
import { unlessAbandoned, wait } from './wait.ts'

export interface CopyFollowerOptions<Change> {
  /** Of what it is a copy: in lines of the log, and in the name of the lease. */
  name: string
  client: KafkaClient
  redis: RedisClient
  copy: TopicReading
  /** What a record changes; undefined where that is nothing. */
  changeOf: (record: IncomingRecord) => Change | undefined
  /** Makes these changes, in their order. */
  take: (changes: readonly Change[]) => Promise<void>
  /** The compacted one. */
  topic: string
  groupId: string
  /** Of the topics. */
  prefix: string
  log: Logger
}

/** So old the copy may be where the writer's own put was lost. */
const LOOK_MS = 10_000
const LEASE_MS = 30_000
const AT_ONCE = 500

/**
 * Makes Redis's copy whole: reads the compacted topic from where each part of Redis says that it was read to. A Redis that was emptied,
 * or lost its last writes in a failover, says an earlier place or none, and what is missing is read again.
 */
export function createCopyFollower<Change>(options: CopyFollowerOptions<Change>): {
  start(): void
  stop(): Promise<void>
} {
  const { name, client, redis, copy, changeOf, take, topic, groupId, prefix, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const owner = randomUUID()
  const lease = `imc:f:lease:${prefix}:${name}`
  let working = Promise.resolve()

  async function isMine(): Promise<boolean> {
    if ((await redis.set(lease, owner, 'PX', LEASE_MS, 'NX')) === 'OK') return true
    return (await redis.get(lease)) === owner && (await redis.pexpire(lease, LEASE_MS)) === 1
  }

  async function look(): Promise<void> {
    // Two at once do no harm: they put the same.
    if (!(await isMine())) return
    const offsets = await topicOffsets(client, topic)
    const position = await copy.readTo()
    const { offsets: readTo } = position
    const ends = new Map(offsets.map(({ partition, high }) => [partition, Number(high)]))
    // A topic that was made anew ends before what was read.
    const from = new Map(
      [...ends].map(([partition, end]) => {
        const next = readTo.get(partition) ?? 0
        return [partition, next > end ? 0 : next]
      }),
    )
    const behind = [...ends].reduce((sum, [partition, end]) => sum + end - (from.get(partition) ?? 0), 0)
    if (behind === 0) return
    const count = await readOn(from, ends)
    // Else what was put may be gone with a former master: it is read again.
    if (!(await copy.markRead(ends, position))) return
    if (readTo.size === 0)
      log.info({ fn: name }, line`Redis has ${count} records of ${raw(name)}, read from [${raw(topic)}]`)
  }

  async function readOn(from: ReadonlyMap<number, number>, ends: ReadonlyMap<number, number>): Promise<number> {
    let waiting: Change[] = []
    let count = 0
    const edges = { from: { offsets: bigs(from) }, to: { offsets: bigs(ends) } }
    for await (const read of readRange(client, { topic, ...edges, groupPrefix: groupId, signal })) {
      const change = changeOf(read)
      if (change === undefined) continue
      count++
      waiting.push(change)
      if (waiting.length < AT_ONCE) continue
      await take(waiting)
      waiting = []
    }
    await take(waiting)
    return count
  }

  async function follow(): Promise<void> {
    for (;;) {
      await unlessAbandoned(look(), signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ fn: name }, line`Redis’s copy waits: ${raw(textOf(error))}`)
      })
      await wait(LOOK_MS, signal)
    }
  }

  return {
    start: () => {
      working = follow().catch(() => undefined)
    },
    stop: async () => {
      stopping.abort(new Error('the service stops'))
      await working
    },
  }
}

function bigs(offsets: ReadonlyMap<number, number>): Map<number, bigint> {
  return new Map([...offsets].map(([partition, offset]) => [partition, BigInt(offset)]))
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
