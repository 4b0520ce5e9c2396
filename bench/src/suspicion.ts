import { median, type Sample } from './ratios.ts'

/** The order that a run must have to be believed: whoever breaks it was disturbed, or is not the peer that it is said to be. */
export interface ExpectedOrder {
  readonly fastest: string
  readonly slowest: string
}

/** Says what is suspect about a workload's figures; nothing where the order is as it must be, or one of the two was absent. */
export function suspicions(samples: readonly Sample[], { fastest, slowest }: ExpectedOrder): string[] {
  const medians = [...Map.groupBy(samples, ({ contender }) => contender)].map(
    ([contender, own]) => [contender, median(own.map(({ value }) => value))] as const,
  )
  const sorted = medians.toSorted(([, a], [, b]) => b - a).map(([contender]) => contender)
  const found: string[] = []
  if (sorted.includes(fastest) && sorted[0] !== fastest) found.push(`${sorted[0]} is faster than ${fastest}`)
  if (sorted.includes(slowest) && sorted.at(-1) !== slowest) found.push(`${sorted.at(-1)} is slower than ${slowest}`)
  return found
}
