import { setTimeout as sleep } from 'node:timers/promises'
import type { Exit } from '@imchannel/local-stack'

/** A program that runs. */
export interface Running {
  readonly exited: Promise<Exit>
  stop(): Promise<unknown>
}

export interface Supervised {
  name: string
  /** Resolves when it serves. @throws when it ends before that */
  start(signal: AbortSignal): Promise<Running>
}

export interface Supervisor {
  /** Resolves when the program serves for the first time; rejects with the last error when it never does. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

export interface SuperviseOptions {
  say: (line: string) => void
  /** The program died at start three times, after it had served once. */
  onGivenUp: (error: Error) => void
  /** Injected by tests. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
  now?: () => number
}

/** A program whose starts all fail is broken, not unlucky. */
const STARTS = 3
const FIRST_BACKOFF_MS = 1_000
const LAST_BACKOFF_MS = 30_000
/** One that has run for so long is started again without haste from before. */
const STEADY_MS = 60_000

/** For a start under way when everything is to end. */
const ABANDON_MS = 5_000

/** Keeps a program running: one that dies is started again, with growing pauses; one that dies at start three times is given up. */
export function supervise(program: Supervised, options: SuperviseOptions): Supervisor {
  const { say, onGivenUp, wait = defaultWait, now = Date.now } = options
  const end = new AbortController()
  let running: Running | undefined
  const first = Promise.withResolvers<void>()
  first.promise.catch(() => undefined)

  const startOnce = async (): Promise<Error | undefined> => {
    try {
      running = await program.start(end.signal)
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  const keepRunning = async (): Promise<void> => {
    let failedStarts = 0
    let backoffMs = FIRST_BACKOFF_MS
    const pause = async (what: string): Promise<void> => {
      say(`${program.name} ${what}; starting it again in ${backoffMs / 1_000} s`)
      await wait(backoffMs, end.signal)
      backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS)
    }
    while (!end.signal.aborted) {
      const startedAt = now()
      const error = await startOnce()
      if (end.signal.aborted) break
      if (error !== undefined) {
        failedStarts++
        if (failedStarts === STARTS) {
          const given = new Error(`${program.name} ended ${STARTS} times while starting. ${error.message}`)
          first.reject(given)
          onGivenUp(given)
          return
        }
        await pause('ended while starting')
        continue
      }
      failedStarts = 0
      first.resolve()
      const { code, signal } = (await running?.exited) ?? { code: null, signal: null }
      running = undefined
      if (end.signal.aborted) break
      if (now() - startedAt > STEADY_MS) backoffMs = FIRST_BACKOFF_MS
      await pause(`ended (${signal ?? `exit code ${code}`})`)
    }
  }

  const loop = keepRunning()
  return {
    ready: first.promise,
    stop: async () => {
      end.abort()
      await running?.stop()
      // A start that is under way and does not heed the signal is left to the reaper.
      await Promise.race([loop, sleep(ABANDON_MS, undefined, { ref: false })])
    },
  }
}

function defaultWait(ms: number, signal: AbortSignal): Promise<unknown> {
  return sleep(ms, undefined, { signal }).catch(() => undefined)
}
