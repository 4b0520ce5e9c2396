/** What happens where more than one thing can. A history is the list of its choices; once they are used up, nothing bad happens. */
export interface Chance {
  /** The first is the calm choice. */
  pick<const T>(options: readonly [T, ...T[]]): T
  /** Each as likely as the others. */
  pickEvenly<const T>(options: readonly [T, ...T[]]): T
  readonly isUsedUp: boolean
}

/** Of so many numbers each choice is one: a fault that is one of a few options comes once in so many choices. */
export const CHOICES = 60

export function createChance(choices: readonly number[]): Chance {
  let used = 0
  const next = (): number => choices[used++] ?? 0
  return {
    // The highest numbers are the faults: what is drawn most often, the lowest, is calm.
    pick: (options) => options[CHOICES - next()] ?? options[0],
    pickEvenly: (options) => options[next() % options.length] ?? options[0],
    get isUsedUp() {
      return used >= choices.length
    },
  }
}
