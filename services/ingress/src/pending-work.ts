/** Work that nobody waits for but the end of the process. */
export interface PendingWork {
  /** It must not reject. */
  add(work: Promise<void>): void
  done(): Promise<void>
}

export function createPendingWork(): PendingWork {
  let open = 0
  let waiting: (() => void)[] = []
  const leave = (): void => {
    open--
    if (open > 0) return
    for (const resolve of waiting) resolve()
    waiting = []
  }
  return {
    add: (work) => {
      open++
      void work.then(leave)
    },
    done: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  }
}
