import { oursName } from '../contenders/imchannel.ts'
import type { Sample } from '../ratios.ts'

/** Requests that an account may have open (`request-slots.ts`), by the number of accounts of the load. */
const inFlightLimit = 4 * 256

export const allowed = 'what the requests in flight, or a full core, allow'

/** Beside what the dispatcher sends: what it may have in flight divided by the latency, or what one core has time for, whichever is less. */
export function withLimit(samples: readonly Sample[], latencyMs: number): Sample[] {
  const limits = samples.flatMap(({ contender, round, cpuMicros }): Sample[] => {
    if (contender !== oursName || cpuMicros === undefined) return []
    const value = Math.min(inFlightLimit / (latencyMs / 1_000), 1e6 / cpuMicros)
    return [{ contender: allowed, round, value }]
  })
  return [...samples, ...limits]
}
