import { setTimeout as sleep } from 'node:timers/promises'
import type { Arena } from './arena.ts'
import { type Blow, BLOWS, planBlows } from './blows.ts'
import type { ContenderName } from './contender.ts'
import type { Score } from './score.ts'

export type Stage = 'idle' | 'starting' | 'running' | 'settling' | 'settled' | 'failed'

/** What the page shows. */
export interface MatchState {
  readonly stage: Stage
  readonly scores: Record<ContenderName, Score> | undefined
  /** What was struck, the latest last. */
  readonly blows: readonly { readonly at: number; readonly text: string }[]
  readonly startedAt: number | undefined
  readonly problem: string | undefined
}

/** One contest at a time, from its start to its score. */
export interface Match {
  state(): MatchState
  start(): void
  /** At once; nothing where none runs. */
  strike(blow: Blow): void
  /** Blows as a seed has them, for so long. */
  strikeAtRandom(): void
  settle(): void
  close(): Promise<void>
}

const RANDOM_MS = 180_000
const LOOK_MS = 1_500
const SHOWN = 50
/** A tab that was forgotten does not keep a Kafka running. */
const LONGEST_MS = 30 * 60_000

export function createMatch(open: (seed: number) => Promise<Arena>): Match {
  let stage: Stage = 'idle'
  let arena: Arena | undefined
  let scores: MatchState['scores']
  let startedAt: number | undefined
  let problem: string | undefined
  let blows: MatchState['blows'] = []
  let ended = new AbortController()
  let isStriking: Promise<void> = Promise.resolve()
  let isRandom = false

  function fail(error: unknown): void {
    problem = error instanceof Error ? error.message : String(error)
    stage = 'failed'
    void end()
  }

  async function end(): Promise<void> {
    ended.abort()
    const last = arena
    arena = undefined
    try {
      await last?.[Symbol.asyncDispose]()
    } catch (error) {
      problem ??= String(error)
    }
  }

  async function run(): Promise<void> {
    const opened = await open(Date.now() % 1_000_000)
    if (stage !== 'starting') return opened[Symbol.asyncDispose]()
    arena = opened
    startedAt = Date.now()
    stage = 'running'
    while (stage === 'running') {
      const seen = await opened.scores()
      // `as`: what was awaited may have changed it, which TypeScript does not see.
      if ((stage as Stage) !== 'running') return
      scores = seen
      if (Date.now() - startedAt > LONGEST_MS) return finish(opened)
      await sleep(LOOK_MS, undefined, { signal: ended.signal }).catch(() => undefined)
    }
  }

  async function finish(opened: Arena): Promise<void> {
    stage = 'settling'
    await isStriking
    scores = await opened.settle((seen) => (scores = seen))
    stage = 'settled'
    await end()
  }

  function strike(blow: Blow): Promise<void> {
    const opened = arena
    if (opened === undefined || stage !== 'running') return Promise.resolve()
    blows = [...blows, { at: Date.now(), text: BLOWS[blow] }].slice(-SHOWN)
    // One at a time: what is dead cannot be killed.
    isStriking = isStriking.then(() => opened.strike(blow)).catch(fail)
    return isStriking
  }

  return {
    state: () => ({ stage, scores, blows, startedAt, problem }),
    start: () => {
      if (stage === 'starting' || stage === 'running' || stage === 'settling') return
      stage = 'starting'
      ended = new AbortController()
      ;[scores, startedAt, problem, blows] = [undefined, undefined, undefined, []]
      run().catch(fail)
    },
    strike: (blow) => void strike(blow),
    strikeAtRandom: () => {
      if (isRandom || stage !== 'running') return
      isRandom = true
      const { signal } = ended
      const begun = Date.now()
      const all = async (): Promise<void> => {
        for (const { atMs, blow } of planBlows(begun % 1_000_000, RANDOM_MS)) {
          await sleep(Math.max(0, begun + atMs - Date.now()), undefined, { signal })
          if (stage !== 'running') return
          await strike(blow)
        }
      }
      all()
        .catch(() => undefined)
        .finally(() => (isRandom = false))
    },
    settle: () => {
      if (arena !== undefined && stage === 'running') finish(arena).catch(fail)
    },
    close: async () => {
      stage = 'idle'
      await end()
    },
  }
}
