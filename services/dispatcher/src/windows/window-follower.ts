import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWindowReading } from '@imchannel/fact-store'
import { createForgettingReading } from '@imchannel/facts'
import { describeTopics, readTopics, type KafkaClient } from '@imchannel/kafka'
import { within } from '@imchannel/lifecycle'
import type { Topics } from '@imchannel/events'
import type { RedisClient } from '@imchannel/redis'
import type { Forgetting } from '../forgetting/open-forgetting.ts'
import { findObstacle, redisObstacle } from './find-obstacle.ts'
import { LeaseLost, readWindows, WentBack, type WindowForgetting } from './read-windows.ts'
import type { WindowInstruments } from './window-instruments.ts'

/** Reads what customers write into the windows, where no other instance does. */
export interface WindowFollower {
  start(): void
  /** Gives the lease back. */
  stop(): Promise<void>
}

export interface WindowFollowerOptions {
  readonly client: KafkaClient
  readonly redis: RedisClient
  readonly prefix: string
  readonly topics: Pick<Topics, 'inbound' | 'status'>
  /** Left out, nobody can be forgotten. */
  readonly forgetting?: Forgetting
  readonly instruments: WindowInstruments
  /** Beside windows, reports tell that templates are not what was known of them. */
  readonly onStaleTemplates?: (tenants: ReadonlySet<string>) => void
  /** Between two looks at what keeps it from reading. Default a minute. */
  readonly offMs?: number
}

/** A killed instance's work is taken over before what it read last counts as old. */
const LEASE_MS = 4_000
const LOOK_MS = 1_000
const OFF_MS = 60_000
const AGAIN_MS = 100
/** For giving the lease back, which ends by itself. */
const STOP_MS = 1_000

export function createWindowFollower(options: WindowFollowerOptions): WindowFollower {
  const { client, redis, prefix, topics, forgetting, instruments } = options
  const { onStaleTemplates = () => undefined, offMs = OFF_MS } = options
  const windows = createWindowReading(redis, { prefix })
  const owner = randomUUID()
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> | undefined

  async function keepLease(): Promise<number> {
    const { isMine, now } = await windows.lease(owner, LEASE_MS)
    if (!isMine) throw new LeaseLost('another instance reads')
    return now
  }

  /** Reads while it holds the lease; how long to wait before the next try. */
  async function hold(): Promise<number> {
    try {
      if (!(await windows.lease(owner, LEASE_MS)).isMine) return LOOK_MS
      const audit = forgetting?.topic()
      const names = [topics.inbound, topics.status, ...(audit === undefined ? [] : [audit])]
      const missing = audit === undefined ? undefined : await forgetting?.prepare()
      const obstacle = missing ?? (await findObstacle(client, names))
      if (obstacle !== undefined) {
        instruments.turnedOff(obstacle)
        await windows.release(owner)
        return offMs
      }
      await readTopics(client, names, (reader) =>
        readWindows({
          reader,
          windows,
          topics,
          forgetting: forgettingIn(audit),
          // Begun anew with the audit, or without.
          isStale: () => forgetting?.topic() !== audit,
          keepLease,
          inboundConfig: async () => (await describeTopics(client, [topics.inbound]))[0]?.config,
          onBegun: instruments.begun,
          onProgress: instruments.progressed,
          onComplete: instruments.completed,
          onStaleTemplates,
          signal,
        }),
      )
      return 0
    } catch (error) {
      return judge(error)
    } finally {
      instruments.ended()
    }
  }

  function forgettingIn(audit: string | undefined): WindowForgetting | undefined {
    if (audit === undefined || forgetting === undefined) return undefined
    const { known } = forgetting
    return {
      ...createForgettingReading(audit, known),
      isForgotten: (seen, writtenAt) => known.isForgotten(seen, writtenAt),
    }
  }

  function judge(error: unknown): number {
    if (signal.aborted || error instanceof LeaseLost) return LOOK_MS
    const obstacle = redisObstacle(error)
    if (obstacle !== undefined) {
      instruments.turnedOff(obstacle)
      return offMs
    }
    if (error instanceof WentBack) {
      instruments.wentBack(error.message)
      return AGAIN_MS
    }
    instruments.failed(error)
    return LOOK_MS
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await hold()
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    start: () => {
      running ??= run()
    },
    stop: async () => {
      stopping.abort()
      if (running === undefined) return
      // Without Redis or Kafka it may wait for them.
      await within(
        running.then(() => windows.release(owner)),
        STOP_MS,
      ).catch(() => undefined)
    },
  }
}
