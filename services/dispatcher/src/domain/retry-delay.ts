const FIRST_MS = 500
const LONGEST_MS = 30_000

/**
 * How long to wait before attempt `attempt` + 1: doubled each time, and anywhere between half of that and all of it, so
 * that what failed together does not come back together. `random` is in [0, 1).
 */
export function retryDelay(attempt: number, random: number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16))
  return Math.round(most / 2 + (random * most) / 2)
}
