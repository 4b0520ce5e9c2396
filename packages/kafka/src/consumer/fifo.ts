/** First in, first out, at the same cost however many wait: an array's `shift` moves all the others. */
export interface Fifo<T> {
  add(one: T): void
  take(): T | undefined
  /** The one that is next to be taken. */
  peek(): T | undefined
  size(): number
}

/** From so many taken on, their places are given back once they are half of all. */
const SLACK = 1_000

export function createFifo<T>(): Fifo<T> {
  let waiting: (T | undefined)[] = []
  let first = 0
  return {
    add: (one) => {
      waiting.push(one)
    },
    take: () => {
      const one = waiting[first]
      if (first === waiting.length) return undefined
      waiting[first++] = undefined
      if (first > SLACK && first * 2 > waiting.length) {
        waiting = waiting.slice(first)
        first = 0
      }
      return one
    },
    peek: () => waiting[first],
    size: () => waiting.length - first,
  }
}
