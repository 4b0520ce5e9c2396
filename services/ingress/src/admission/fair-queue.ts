/** First come first served within an owner, and owners take turns. */
export interface FairQueue<T> {
  add(owner: string, item: T): void
  /** Takes the first item, in the order of turns, that is wanted. `stop` leaves the rest where it is. */
  take(judge: (item: T) => 'take' | 'skip-owner' | 'stop'): T | undefined
  /** Takes those at the head of each owner's line that have to go. */
  drop(mustGo: (item: T) => boolean): T[]
  countOf(owner: string): number
  size(): number
}

export function createFairQueue<T>(): FairQueue<T> {
  // In the order of turns: who had one goes to the end.
  const lines = new Map<string, T[]>()
  let size = 0

  return {
    add: (owner, item) => {
      const line = lines.get(owner)
      if (line === undefined) lines.set(owner, [item])
      else line.push(item)
      size++
    },
    take: (judge) => {
      for (const [owner, line] of lines) {
        const [head] = line
        if (head === undefined) continue
        const verdict = judge(head)
        if (verdict === 'stop') return undefined
        if (verdict === 'skip-owner') continue
        line.shift()
        size--
        lines.delete(owner)
        if (line.length > 0) lines.set(owner, line)
        return head
      }
      return undefined
    },
    drop: (mustGo) => {
      const gone: T[] = []
      for (const [owner, line] of lines) {
        const stays = line.findIndex((item) => !mustGo(item))
        gone.push(...line.splice(0, stays < 0 ? line.length : stays))
        if (line.length === 0) lines.delete(owner)
      }
      size -= gone.length
      return gone
    },
    countOf: (owner) => lines.get(owner)?.length ?? 0,
    size: () => size,
  }
}
