import { setTimeout as sleep } from 'node:timers/promises'
import { RedisUnavailable } from '@imchannel/redis'

export interface UntilWrittenOptions {
  /** Of the work: once it is abandoned, the last tries begin. */
  signal: AbortSignal
  onRefused: (error: RedisUnavailable) => void
}

/** Soon after Redis takes writes again, and no burden to one that does not. */
const PAUSE_MS = 500
/** Others ask Infobip by then what became of a request (`CLAIM_MS`); and a service that stops does not wait for longer. */
const LAST_TRIES_MS = 15_000

/** Writes down what only this process knows, as an answer of Infobip, for as long as Redis refuses it; also on the way out. */
export async function untilWritten<T>(write: () => Promise<T>, { signal, onRefused }: UntilWrittenOptions): Promise<T> {
  let lastAt = Infinity
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error
      onRefused(error)
      if (signal.aborted && lastAt === Infinity) lastAt = performance.now() + LAST_TRIES_MS
      if (performance.now() >= lastAt) throw error
      await sleep(PAUSE_MS, undefined, { ref: false })
    }
  }
}
