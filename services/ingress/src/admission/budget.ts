/** What one body, webhook or job holds of a budget. */
export interface Account {
  /** False where there is no room left, or too little of it is for this owner; nothing is taken then. */
  take(amount: number): boolean
  /** Takes of what is the owner's where all have the same, whatever others hold beyond theirs. */
  takeEqualPart(amount: number): boolean
  /** Takes without asking: of what has been let in, and turned out to be more. */
  add(amount: number): void
  give(amount: number): void
  /** Gives back all that it holds. */
  close(): void
  held(): number
}

/** A budget of which no owner takes all: whoever asks for more than is there is refused before it is in the others' way. */
export interface Budget {
  open(owner: string): Account
  used(): number
  free(): number
}

/** What tenants may hold, of what they leave free: a single one takes three quarters, and the next finds room. */
export const TENANTS_SHARE = 3

/**
 * @param limit asked each time: it may be changed while the service runs
 * @param share how many times what it leaves free an owner may hold
 */
export function createBudget(limit: () => number, share: number): Budget {
  const heldBy = new Map<string, number>()
  let used = 0

  function open(owner: string): Account {
    let own = 0
    const add = (amount: number): void => {
      own += amount
      used += amount
      const held = (heldBy.get(owner) ?? 0) + amount
      if (held > 0) heldBy.set(owner, held)
      else heldBy.delete(owner)
    }
    return {
      take: (amount) => {
        const held = heldBy.get(owner) ?? 0
        const left = limit() - used - amount
        if (left < 0) return false
        // An owner's only one may have all that is left: it would never pass otherwise.
        if (held > own && held + amount > share * left) return false
        add(amount)
        return true
      },
      takeEqualPart: (amount) => {
        const held = heldBy.get(owner) ?? 0
        if (held + amount > limit() / (heldBy.size + 1)) return false
        add(amount)
        return true
      },
      add,
      give: (amount) => add(-amount),
      close: () => add(-own),
      held: () => own,
    }
  }

  return { open, used: () => used, free: () => Math.max(0, limit() - used) }
}
