/** So many of one kind in one bar. */
interface ProblemRow {
  readonly problem: string
  readonly code: string
  readonly tenant: string
  readonly sender: string | null
  readonly template: string | null
  readonly bucket: number
  readonly count: number
  readonly first_at: number
  readonly last_at: number
  readonly last_id: number
}

interface ProblemGroup {
  readonly kind: string
  readonly code: string
  readonly tenant: string
  readonly sender: string | null
  readonly template: string | null
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  /** Of the latest record. */
  readonly lastId: number
  readonly histogram: number[]
}

/** Bars of one code, sender and template together, the most frequent first. */
export function groupProblems(rows: readonly ProblemRow[], bars: number): ProblemGroup[] {
  const groups = Map.groupBy(rows, ({ problem, code, tenant, sender, template }) =>
    JSON.stringify([problem, code, tenant, sender, template]),
  )
  return [...groups.values()].flatMap(toGroup).toSorted((a, b) => b.count - a.count)

  function toGroup(group: readonly ProblemRow[]): ProblemGroup[] {
    const [first] = group
    if (first === undefined) return []
    const { problem: kind, code, tenant, sender, template } = first
    const histogram = Array.from({ length: bars }, () => 0)
    for (const { bucket, count } of group) histogram[bucket] = (histogram[bucket] ?? 0) + count
    return [
      {
        kind,
        code,
        tenant,
        sender,
        template,
        count: histogram.reduce((sum, count) => sum + count, 0),
        firstAt: Math.min(...group.map((row) => row.first_at)),
        lastAt: Math.max(...group.map((row) => row.last_at)),
        lastId: Math.max(...group.map((row) => row.last_id)),
        histogram: histogram.slice(0, bars),
      },
    ]
  }
}
