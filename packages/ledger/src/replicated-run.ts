import { isNoScript, RedisUnavailable, secondConnection } from '@imchannel/redis'
import type { RedisClient, Script } from '@imchannel/redis'
import { Cluster } from 'ioredis'
import type { Redis } from 'ioredis'
import { createReplicaCount } from './replica-count.ts'

// A replica on the same network confirms in a few ms; a longer wait would hold back everything behind it.
export const DEFAULT_WAIT_REPLICAS_MS = 1_000

/** Raised where too few replicas confirmed in time what was written. The same may be written again. */
export class ReplicasMissing extends RedisUnavailable {
  override name = 'ReplicasMissing'
}

export interface ReplicaNeeds {
  /** So many replicas must have a write before it counts; `auto`: one, while there are any. */
  waitReplicas: number | 'auto'
  withinMs: number
}

export interface ReplicatedRun {
  /** How many replicas are waited for now. */
  needed(): number | Promise<number>
  run(script: Script, key: string, args: (string | number)[]): Promise<unknown>
}

interface Waiter {
  readonly script: Script
  readonly key: string
  readonly args: (string | number)[]
  resolve(answer: unknown): void
  reject(error: unknown): void
}

/**
 * Runs scripts whose answer counts only once replicas have what they wrote.
 *
 * On a connection of their own, as WAIT blocks whatever else is on it; those that come while it blocks share the next one.
 * Scripts and WAIT are one pipeline: ioredis repeats a pipeline whole on a new connection or breaks it off, and a WAIT
 * alone would ask the next master about nothing. The script is sent along: a master that has just become one may not know it.
 * @throws TypeError for a cluster
 */
export function createReplicatedRun(client: RedisClient, { waitReplicas, withinMs }: ReplicaNeeds): ReplicatedRun {
  const redis = oneMaster(client)
  const line = secondConnection(redis)
  const replicas = waitReplicas === 'auto' ? 1 : waitReplicas
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

  async function isConfirmed(confirmed: number): Promise<boolean> {
    if (isWaitRefused || confirmed >= replicas) return true
    // The last replica went meanwhile: there is none any more that could be the next master.
    return waitReplicas === 'auto' && (await count.ask()) === 0
  }

  async function ask(batch: readonly Waiter[], how: 'by hash' | 'by source') {
    const pipeline = line.pipeline()
    for (const source of new Set(batch.map(({ script }) => script.source))) pipeline.script('LOAD', source)
    for (const { script, key, args } of batch) {
      if (how === 'by hash') pipeline.evalsha(script.sha, 1, key, ...args)
      else pipeline.eval(script.source, 1, key, ...args)
    }
    pipeline.call('WAIT', replicas, withinMs)
    return (await pipeline.exec()) ?? []
  }

  async function runAll(batch: readonly Waiter[], how: 'by hash' | 'by source' = 'by hash'): Promise<void> {
    const results = await ask(batch, how)
    const [failure, confirmed] = results.at(-1) ?? []
    if (failure) noteRefusal(failure)
    const answers = results.slice(-1 - batch.length, -1)
    const isEnough = await isConfirmed(Number(confirmed))
    const unread: Waiter[] = []
    for (const [index, waiter] of batch.entries()) {
      const [error, answer] = answers[index] ?? []
      // A user that may not load scripts, on a server that has not run this one: it has done nothing.
      if (error && how === 'by hash' && isNoScript(error)) unread.push(waiter)
      else if (error) waiter.reject(error)
      else if (isEnough) waiter.resolve(answer)
      else
        waiter.reject(
          new ReplicasMissing(`${Number(confirmed)} of ${replicas} replicas confirmed it within ${withinMs} ms`),
        )
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
    needed: () => (isWaitRefused ? 0 : waitReplicas === 'auto' ? count.lately() : replicas),
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
