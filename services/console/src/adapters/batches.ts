import { setTimeout as sleep } from 'node:timers/promises'

export interface BatchesOptions<T> {
  readonly most: number
  /** Takes all or nothing. */
  readonly write: (items: readonly T[]) => Promise<void>
  /** A batch that was not taken is tried again: what comes behind it must not be taken before it. */
  readonly onFailure: (error: unknown, attempt: number) => void
  readonly signal: AbortSignal
}

const PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/** Gathers what comes while a batch is being written into the next one: one at a time, in order, without a timer. */
export function createBatches<T>({ most, write, onFailure, signal }: BatchesOptions<T>) {
  let waiting: { readonly item: T; readonly done: PromiseWithResolvers<void> }[] = []
  let running = false

  async function run(): Promise<void> {
    running = true
    // What arrives in one turn goes together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        await persist(batch.map(({ item }) => item))
        for (const { done } of batch) done.resolve()
      } catch (error) {
        for (const { done } of [...batch, ...waiting]) done.reject(error)
        waiting = []
      }
    }
    running = false
  }

  /** @throws once the signal fires */
  async function persist(items: readonly T[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      try {
        return await write(items)
      } catch (error) {
        signal.throwIfAborted()
        onFailure(error, attempt)
        await sleep(Math.min(PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS), undefined, { signal })
      }
    }
  }

  return {
    /** Resolves once it is taken. */
    add(item: T): Promise<void> {
      const done = Promise.withResolvers<void>()
      waiting.push({ item, done })
      if (!running) void run()
      return done.promise
    },
  }
}
