/** What one contender did in one round, in the workload's unit (requests a second, milliseconds, MB). */
export interface Sample {
  readonly contender: string
  readonly round: number
  readonly value: number
}

export interface Row {
  readonly contender: string
  readonly median: number
  /** Ours against it in the same round: the median of the rounds, the lowest and the highest. Undefined for ourselves. */
  readonly ratio: { readonly median: number; readonly lowest: number; readonly highest: number } | undefined
}

/** Ratios are taken within a round, where the machine was the same for both. */
export function toRows(samples: readonly Sample[], ours: string): Row[] {
  const rounds = Map.groupBy(samples, (sample) => sample.round)
  return [...Map.groupBy(samples, (sample) => sample.contender)].map(([contender, own]) => {
    const ratios = own.flatMap((sample) => {
      const reference = rounds.get(sample.round)?.find((one) => one.contender === ours)
      return reference === undefined || sample.value === 0 ? [] : [reference.value / sample.value]
    })
    return {
      contender,
      median: median(own.map((sample) => sample.value)),
      ratio:
        contender === ours || ratios.length === 0
          ? undefined
          : { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
    }
  })
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}

/** A Markdown table, as `bench/README.md` keeps it. */
export function toTable(rows: readonly Row[], unit: string): string {
  const lines = rows.map(({ contender, median: middle, ratio }) =>
    ratio === undefined
      ? `| ${contender} | ${number(middle)} | |`
      : `| ${contender} | ${number(middle)} | ${number(ratio.median)} (${number(ratio.lowest)} to ${number(ratio.highest)}) |`,
  )
  return [`| | ${unit} | ours against it |`, '| --- | --- | --- |', ...lines].join('\n')
}
