/** Lets one in at a time, in the order in which they came. */
export interface Mutex {
  /** Resolves when all that came before have left; disposing of it lets the next in. */
  enter(): Promise<Disposable>
}

export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve()
  return {
    enter: () => {
      const before = last
      const left = Promise.withResolvers<void>()
      last = left.promise
      return before.then(() => ({ [Symbol.dispose]: left.resolve }))
    },
  }
}
