import { createFairQueue } from './fair-queue.ts'

export interface JobLaneOptions {
  /** Jobs that run at once. */
  readonly concurrency: number
  /** Jobs of one owner that may wait. */
  readonly maxWaiting: number
}

/** Runs so many jobs at once; owners take turns. */
export interface JobLane {
  /** Undefined where too many of the owner's wait already. */
  run<T>(owner: string, job: () => Promise<T>): Promise<T | undefined>
}

export function createJobLane({ concurrency, maxWaiting }: JobLaneOptions): JobLane {
  const waiting = createFairQueue<() => void>()
  let running = 0

  return {
    run: async (owner, job) => {
      if (running >= concurrency) {
        if (waiting.countOf(owner) >= maxWaiting) return undefined
        await new Promise<void>((resolve) => waiting.add(owner, resolve))
      } else running++
      try {
        return await job()
      } finally {
        // The place goes to who waits; it is free only where nobody does.
        const next = waiting.take(() => 'take')
        if (next) next()
        else running--
      }
    },
  }
}
