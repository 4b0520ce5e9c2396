import type { WindowSighting } from '@imchannel/facts'
import { runScript, type RedisClient } from '@imchannel/redis'
import { leaseKey, partAt, partOf, PARTS, readingKey } from './keys.ts'
import { ADVANCE, BEGIN, LEASE, RELEASE } from './scripts.ts'
import { windowRequests } from './window-value.ts'

/** The next offset to read, by a name of the partition. */
export type Places = ReadonlyMap<string, number>

/** How far one part of the facts says that it has been read; undefined where nothing is known of it. */
export interface PartReading {
  /** Everything since then (epoch ms) and before `places` is in it. */
  readonly from: number
  readonly places: Places
}

/** A stretch of every partition, read to its end. */
export interface Stretch {
  readonly sightings: readonly WindowSighting[]
  /** Where it began and ends, of each partition of which something was read. */
  readonly base: Places
  readonly next: Places
  /** Redis's time before the ends of all partitions were asked for, where this stretch reaches them. */
  readonly endsTakenAt?: number | undefined
  /** Where something could not be read: only what came later is complete. */
  readonly from?: number | undefined
}

/**
 * What has been read of Kafka into the windows: kept beside them and changed together with them, so that a Redis that goes back goes
 * back in both. Two readers at once do no harm; the lease saves work. Rejects with `RedisUnavailable`.
 */
export interface WindowReading {
  /** Takes the lease, or keeps it. `now` is Redis's time. */
  lease(owner: string, ms: number): Promise<{ isMine: boolean; now: number }>
  release(owner: string): Promise<void>
  /** Of each part. */
  parts(): Promise<readonly (PartReading | undefined)[]>
  /** Says of every part that it has been read since `from` up to these places: nothing is, until what comes behind them has been read. */
  begin(reading: PartReading): Promise<void>
  /** `behind`: some part has not been read as far as the stretch begins. What the stretch says of windows is true all the same. */
  advance(stretch: Stretch): Promise<'taken' | 'behind'>
}

export function createWindowReading(redis: RedisClient, { prefix }: { prefix: string }): WindowReading {
  const parts = Array.from({ length: PARTS }, (_, index) => partAt(index))

  return {
    lease: async (owner, ms) => {
      const answer = await runScript(redis, LEASE, [leaseKey(prefix)], [owner, ms])
      const [isMine, now]: unknown[] = Array.isArray(answer) ? answer : []
      return { isMine: isMine === 1, now: Number(now) }
    },

    release: async (owner) => {
      await runScript(redis, RELEASE, [leaseKey(prefix)], [owner])
    },

    parts: () =>
      Promise.all(
        parts.map(async (part) => {
          const { from, ends: _ends, ...places } = await redis.hgetall(readingKey(part, prefix))
          if (from === undefined) return undefined
          return { from: Number(from), places: new Map(Object.entries(places).map(([name, at]) => [name, Number(at)])) }
        }),
      ),

    begin: async ({ from, places }) => {
      const args = [from, ...[...places].flat()]
      await Promise.all(parts.map((part) => runScript(redis, BEGIN, [readingKey(part, prefix)], args)))
    },

    advance: async ({ sightings, base, next, endsTakenAt = '', from = '' }) => {
      const places = [...next].flatMap(([name, at]) => [name, base.get(name) ?? 0, at])
      const byPart = Map.groupBy(sightings, ({ tenant, business }) => partOf(tenant, business))
      const answers = await Promise.all(
        parts.map((part) => {
          const windows = (byPart.get(part) ?? []).flatMap(windowRequests)
          const keys = [readingKey(part, prefix), ...windows.map(({ key }) => key)]
          return runScript(redis, ADVANCE, keys, [
            endsTakenAt,
            from,
            next.size,
            ...places,
            ...windows.flatMap(({ args }) => args),
          ])
        }),
      )
      return answers.every((answer) => answer === 'taken') ? 'taken' : 'behind'
    },
  }
}
