/** Room for so many bytes; whoever takes gives back. */
export interface ByteBudget {
  /** False where there is no room left; nothing is taken then. */
  take(bytes: number): boolean
  give(bytes: number): void
  used(): number
}

/** A budget of which no tenant takes all: whoever sends more than can be stored is refused before it is in the others' way. */
export interface SharedBudget {
  /** Room for one body. */
  for(tenant: string): ByteBudget
  used(): number
}

/** What a tenant's bodies may hold, of what they leave free: those of a single one take three quarters, and the next finds room. */
const TENANTS_SHARE = 3

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

/** @param limit as above, of all tenants together */
export function createSharedBudget(limit: () => number): SharedBudget {
  const all = createByteBudget(limit)
  const heldBy = new Map<string, number>()
  return {
    for: (tenant) => {
      let used = 0
      const change = (bytes: number): void => {
        used += bytes
        const held = (heldBy.get(tenant) ?? 0) + bytes
        if (held > 0) heldBy.set(tenant, held)
        else heldBy.delete(tenant)
      }
      return {
        take: (bytes) => {
          const held = heldBy.get(tenant) ?? 0
          const left = limit() - all.used() - bytes
          // A body that is the tenant's only one may have all that is left: it would never pass otherwise.
          if (held > used && held + bytes > TENANTS_SHARE * left) return false
          if (!all.take(bytes)) return false
          change(bytes)
          return true
        },
        give: (bytes) => {
          all.give(bytes)
          change(-bytes)
        },
        used: () => used,
      }
    },
    used: () => all.used(),
  }
}
