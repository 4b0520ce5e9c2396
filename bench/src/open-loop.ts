import { setTimeout as sleep } from 'node:timers/promises'

/** At the rate that is measured: a process that begins with nothing takes so long until its compiler has seen the hot path. */
export const warmUpSeconds = 10
/** Of fewer, a p99 is a handful of pauses. */
export const leastSeconds = 12

/**
 * Begins `work` at a fixed rate whatever became of the last one. What is late because the machine or the contender was counts
 * from when it was due: `dueAt` is on performance.now()'s clock.
 */
export async function openLoop(
  { rate, seconds }: { rate: number; seconds: number },
  work: (index: number, dueAt: number) => void,
): Promise<number> {
  const startedAt = performance.now()
  const count = Math.floor(rate * seconds)
  for (let index = 0; index < count;) {
    for (; index < count && startedAt + (index * 1_000) / rate <= performance.now(); index++) {
      work(index, startedAt + (index * 1_000) / rate)
    }
    await sleep(1)
  }
  return count
}

/** Times from when something was due to when it was seen, by name. */
export interface Stopwatch {
  due(name: string, at: number): void
  seen(name: string): void
  count(): number
  quantile(part: number): number
}

export function createStopwatch(): Stopwatch {
  const due = new Map<string, number>()
  const taken: number[] = []
  return {
    due: (name, at) => due.set(name, at),
    seen: (name) => {
      const at = due.get(name)
      if (at === undefined) return
      due.delete(name)
      taken.push(performance.now() - at)
    },
    count: () => taken.length,
    quantile: (part) => taken.toSorted((a, b) => a - b)[Math.floor(part * (taken.length - 1))] ?? Number.NaN,
  }
}
