import { isNoScript, RedisUnavailable, secondConnection, sentinelsOf } from '@imchannel/redis'
import type { RedisClient, Script } from '@imchannel/redis'
import { Cluster } from 'ioredis'
import type { Redis } from 'ioredis'
import { createReplicaCount } from './replica-count.ts'

// A replica on the same network confirms in a few ms; a longer wait would hold back everything behind it.
export const DEFAULT_WAIT_REPLICAS_MS = 1_000
/**
 * Longer than Sentinel takes to make a replica of a former master that is still alive (8 s, and its rounds): who still is a master then,
 * without the replica that it had, is alone.
 */
const ALONE_AFTER_MS = 12_000

/** Raised where what was written may be unknown to the next master, or to the present one. The same may be written again. */
export class ReplicasMissing extends RedisUnavailable {
  override name = 'ReplicasMissing'
}

export interface ReplicaNeeds {
  /** So many replicas must have a write before it counts; `auto`: one, while there are any. */
  waitReplicas: number | 'auto'
  withinMs: number
}

export interface ReplicatedRun {
  /** Whether anything is to be waited for now; else the script may as well be run as any other. */
  isNeeded(): boolean | Promise<boolean>
  run(script: Script, key: string, args: (string | number)[]): Promise<unknown>
}

interface Confirmation {
  /** By so many replicas. */
  readonly confirmed: number
  /** Of the server that it was written to; empty where nobody asks Sentinel about it. */
  readonly runId: string
}

interface Waiter {
  readonly script: Script
  readonly key: string
  readonly args: (string | number)[]
  resolve(answer: unknown): void
  reject(error: unknown): void
}

/**
 * Runs scripts whose answer counts only once replicas have what they wrote, and nobody was put in the master's place before it.
 *
 * The latter as a master that is alive may be replaced: where it was slow to answer Sentinel, or is cut off from it. Until it is
 * made a replica it takes writes that nobody will ever read, and its replica that became the master is no replica of it: it looks
 * as a server without any does. So Sentinel is asked after the write; where there is none, a replica that is gone is missed for a while.
 *
 * On a connection of their own, as WAIT blocks whatever else is on it; those that come while it blocks share the next one.
 * Scripts and WAIT are one pipeline: ioredis repeats a pipeline whole on a new connection or breaks it off, and a WAIT
 * alone would ask the next master about nothing. The script is sent along: a master that has just become one may not know it.
 * @throws TypeError for a cluster
 */
export function createReplicatedRun(client: RedisClient, { waitReplicas, withinMs }: ReplicaNeeds): ReplicatedRun {
  const redis = oneMaster(client)
  const line = secondConnection(redis)
  const sentinels = sentinelsOf(redis)
  const isAuto = waitReplicas === 'auto'
  const replicas = isAuto ? 1 : waitReplicas
  const count = createReplicaCount(redis)
  /** Where nobody asked for it, it is no reason to send nothing. */
  let isWaitRefused = false
  let waiters: Waiter[] = []
  let isRunning = false

  /** WAIT is not there, or not this user's: nobody asked for replicas, so nothing is waited for. */
  function noteRefusal(failure: Error): void {
    isWaitRefused = waitReplicas === 'auto' && /^(NOPERM|ERR unknown command)/.test(failure.message)
    if (!isWaitRefused) throw failure
  }

  /** What speaks against counting on it, as text. */
  async function doubtAbout({ confirmed, runId }: Confirmation): Promise<string | undefined> {
    if (confirmed > 0) count.confirmed()
    const isStored = confirmed >= replicas
    // The only replica that there ever was followed this server when it confirmed.
    if (isStored && (sentinels === undefined || count.most() <= 1)) return undefined
    const isEnough = isStored || (isAuto && (isWaitRefused || (await count.ask()) === 0))
    if (!isEnough) return `${confirmed} of ${replicas} replicas confirmed it within ${withinMs} ms`
    if (sentinels === undefined) return isAlone() ? undefined : 'the replica is gone, and may have become the master'
    return (await sentinels.agreeOn(runId)) ? undefined : 'Sentinel does not confirm that this server is the master'
  }

  function isAlone(): boolean {
    return isWaitRefused || count.missingMs() > ALONE_AFTER_MS
  }

  async function replicasNow(): Promise<number> {
    if (isWaitRefused) return 0
    if (sentinels === undefined) return replicas
    const known = await count.lately()
    return isAuto ? Math.min(replicas, known) : replicas
  }

  async function ask(batch: readonly Waiter[], how: 'by hash' | 'by source') {
    const pipeline = line.pipeline()
    for (const source of new Set(batch.map(({ script }) => script.source))) pipeline.script('LOAD', source)
    for (const { script, key, args } of batch) {
      if (how === 'by hash') pipeline.evalsha(script.sha, 1, key, ...args)
      else pipeline.eval(script.source, 1, key, ...args)
    }
    if (sentinels !== undefined) pipeline.info('server')
    const wanted = await replicasNow()
    if (wanted > 0) pipeline.call('WAIT', wanted, withinMs)
    const results = (await pipeline.exec()) ?? []
    const waited = wanted > 0 ? results.pop() : undefined
    const info = sentinels === undefined ? undefined : results.pop()
    if (waited?.[0]) noteRefusal(waited[0])
    const confirmation = { confirmed: Number(waited?.[1] ?? 0), runId: runIdIn(info?.[1]) }
    return { answers: results.slice(-batch.length), confirmation }
  }

  async function runAll(batch: readonly Waiter[], how: 'by hash' | 'by source' = 'by hash'): Promise<void> {
    const { answers, confirmation } = await ask(batch, how)
    const doubt = await doubtAbout(confirmation)
    const unread: Waiter[] = []
    for (const [index, waiter] of batch.entries()) {
      const [error, answer] = answers[index] ?? []
      // A user that may not load scripts, on a server that has not run this one: it has done nothing.
      if (error && how === 'by hash' && isNoScript(error)) unread.push(waiter)
      else if (error) waiter.reject(error)
      else if (doubt === undefined) waiter.resolve(answer)
      else waiter.reject(new ReplicasMissing(doubt))
    }
    if (unread.length > 0) await runAll(unread, 'by source')
  }

  async function pump(): Promise<void> {
    if (isRunning) return
    isRunning = true
    while (waiters.length > 0) {
      const batch = waiters
      waiters = []
      await runAll(batch).catch((error: unknown) =>
        batch.forEach((waiter) => waiter.reject(RedisUnavailable.from(error))),
      )
    }
    isRunning = false
  }

  return {
    isNeeded: () => {
      if (!isAuto || sentinels !== undefined) return true
      if (!isAlone()) return true
      if (isWaitRefused) return false
      const known = count.lately()
      return typeof known === 'number' ? known > 0 : known.then((replicas) => replicas > 0)
    },
    run: (script, key, args) =>
      new Promise((resolve, reject) => {
        waiters.push({ script, key, args, resolve, reject })
        // What else this turn of the event loop asks for shares the pipeline.
        setImmediate(() => void pump())
      }),
  }
}

/** @throws TypeError for a cluster, where WAIT would ask a node that need not be the key's */
function oneMaster(redis: RedisClient): Redis {
  if (!(redis instanceof Cluster)) return redis
  throw new TypeError('waitReplicas needs one master: with a cluster, set min-replicas-to-write on its servers instead')
}

function runIdIn(info: unknown): string {
  return /^run_id:(\w+)/m.exec(String(info))?.[1] ?? ''
}
