/** Runs work at once, or, where it is told to go alone, after all that was told so before. */
export interface Turns {
  take<T>(alone: boolean, work: () => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take: (alone, work) => {
      if (!alone) return work()
      const mine = last.then(work)
      last = mine.catch(() => undefined)
      return mine
    },
  }
}
