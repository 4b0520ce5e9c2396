/** Work that nobody waits for but the end of the process. */
export interface PendingWork {
  /** It must not reject. */
  add(work: Promise<void>): void
  done(): Promise<void>
}

export function createPendingWork(): PendingWork {
  const open = new Set<Promise<void>>()
  return {
    add: (work) => {
      open.add(work)
      void work.finally(() => open.delete(work))
    },
    done: async () => {
      while (open.size > 0) await Promise.all(open)
    },
  }
}
