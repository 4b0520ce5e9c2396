/** Counts refused credentials by address, a minute at a time. */
export interface FailedAttempts {
  /** Whether this address has used up its minute. */
  isBlocked(address: string, limit: number): boolean
  count(address: string): void
}

const minuteMs = 60_000
/** Beyond it the table starts anew: an attacker with more addresses than that is not stopped by counting them. */
const maxAddresses = 100_000

export function createFailedAttempts(now: () => number): FailedAttempts {
  let minute = 0
  const counts = new Map<string, number>()

  function roll(): void {
    const current = Math.floor(now() / minuteMs)
    if (current === minute && counts.size < maxAddresses) return
    minute = current
    counts.clear()
  }

  return {
    isBlocked: (address, limit) => {
      roll()
      return (counts.get(address) ?? 0) >= limit
    },
    count: (address) => {
      roll()
      counts.set(address, (counts.get(address) ?? 0) + 1)
    },
  }
}
