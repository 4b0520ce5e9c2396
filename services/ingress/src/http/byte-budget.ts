/** Room for so many bytes; whoever takes gives back. */
export interface ByteBudget {
  /** False where there is no room left; nothing is taken then. */
  take(bytes: number): boolean
  give(bytes: number): void
  used(): number
}

/** @param limit asked each time: it may be changed while the service runs */
export function createByteBudget(limit: () => number): ByteBudget {
  let used = 0
  return {
    take: (bytes) => {
      if (used + bytes > limit()) return false
      used += bytes
      return true
    },
    give: (bytes) => {
      used -= bytes
    },
    used: () => used,
  }
}
