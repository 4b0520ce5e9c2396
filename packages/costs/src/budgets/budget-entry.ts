/** What one message counts in a budget's period. */
export interface BudgetEntry {
  /** `reserved`: it may be on its way. `accepted`: Infobip has it. `settled`: a report shows it. `freed`: it was not delivered. */
  readonly state: 'reserved' | 'accepted' | 'settled' | 'freed'
  readonly units: number
  /** Of the cost that settled it: the highest counts. */
  readonly rank: number
}

/** What happens to a message, as far as budgets go. */
export type BudgetChange =
  | { readonly do: 'reserve'; readonly units: number }
  /** Infobip has taken it: of one whose reservation was lost, this is what it had reserved. */
  | { readonly do: 'accept'; readonly units: number }
  /** `units` undefined: what it costs is not known. `reserved`: what it had reserved, where that is in the sum and else forgotten. */
  | {
      readonly do: 'settle'
      readonly rank: number
      readonly units: number | undefined
      readonly reserved: number
    }
  | { readonly do: 'free' }

export interface ChangedEntry {
  readonly entry: BudgetEntry
  /** What it adds to the sum. */
  readonly by: number
}

/**
 * What is known of a message after a change, in whatever order changes come and however often each does: it counts once, at what the
 * cost of the highest rank says, and not at all where it failed. Redis does the same in a script.
 */
export function changeEntry(entry: BudgetEntry | undefined, change: BudgetChange): ChangedEntry {
  const next = nextEntry(entry, change)
  const before = entry === undefined && change.do === 'settle' ? change.reserved : countOf(entry)
  return { entry: next, by: countOf(next) - before }
}

function nextEntry(entry: BudgetEntry | undefined, change: BudgetChange): BudgetEntry {
  switch (change.do) {
    case 'reserve':
      // A failed one that is sent anew counts anew.
      return entry === undefined || entry.state === 'freed'
        ? { state: 'reserved', units: change.units, rank: 0 }
        : entry
    case 'accept':
      if (entry === undefined) return { state: 'accepted', units: change.units, rank: 0 }
      return entry.state === 'reserved' ? { ...entry, state: 'accepted' } : entry
    case 'settle':
      if (entry !== undefined && entry.rank >= change.rank) return entry
      return { state: 'settled', units: change.units ?? entry?.units ?? change.reserved, rank: change.rank }
    case 'free':
      if (entry === undefined) return { state: 'freed', units: 0, rank: 0 }
      return entry.state === 'settled' ? entry : { ...entry, state: 'freed' }
  }
}

/** What it counts. */
function countOf(entry: BudgetEntry | undefined): number {
  return entry === undefined || entry.state === 'freed' ? 0 : entry.units
}
