const HOUR_MS = 3_600_000
/** Numbers come from senders whose credentials were accepted; a table of more than that is started anew. */
const MAX_KEYS = 10_000

/** True the first time in an hour for each key: for what is worth a line, but not a line a webhook. */
export function createHourly(now: () => number): (key: string) => boolean {
  const last = new Map<string, number>()
  return (key) => {
    const at = now()
    const previous = last.get(key)
    if (previous !== undefined && at - previous < HOUR_MS) return false
    if (last.size >= MAX_KEYS) last.clear()
    last.set(key, at)
    return true
  }
}
