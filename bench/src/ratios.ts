/** What one contender did in one round. */
export interface Sample {
  readonly contender: string
  readonly round: number
  /** Which of several figures of one run it is (`p50`, `p99`); each is compared with its own kind. */
  readonly figure?: string | undefined
  /** In the workload's unit: results a second, milliseconds, MB. */
  readonly value: number
  /** CPU of the contender's own process for one result or send, in microseconds: the generator and the brokers are not in it. */
  readonly cpuMicros?: number | undefined
}

/** One figure against another in the same round: the median of the rounds, the lowest and the highest. */
export interface Ratio {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

export interface Row {
  readonly contender: string
  readonly figure: string | undefined
  readonly median: number
  readonly cpuMicros: number | undefined
  /** Ours against it; undefined for ourselves. */
  readonly ratio: Ratio | undefined
  /** Ours against it, in CPU. */
  readonly cpuRatio: Ratio | undefined
}

/** Names what was measured: a contender, and which of its figures where it has several. */
export interface Reading {
  readonly contender: string
  readonly figure?: string | undefined
  /** Its CPU, not its value. */
  readonly cpu?: boolean
}

/** Ratios are taken within a round, where the machine was the same for both. */
export function ratioOf(
  samples: readonly Sample[],
  of: Reading,
  against: Reading,
  figureOf: (sample: Sample) => number | undefined = ({ value }) => value,
): Ratio | undefined {
  const ratios = samples.filter(isOf(of)).flatMap((mine) => {
    const theirs = samples.find((one) => one.round === mine.round && isOf(against)(one))
    const [above, below] = [figureOf(mine), theirs && figureOf(theirs)]
    return above === undefined || below === undefined || below === 0 ? [] : [above / below]
  })
  return spreadOf(ratios)
}

/** Median, lowest and highest. @returns undefined of nothing */
export function spreadOf(values: readonly number[]): Ratio | undefined {
  if (values.length === 0) return undefined
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) }
}

export function isOf({ contender, figure }: Reading): (sample: Sample) => boolean {
  return (sample) => sample.contender === contender && sample.figure === figure
}

/** One row for each contender and figure, in the order in which they were measured. */
export function toRows(samples: readonly Sample[], ours: string): Row[] {
  const groups = Map.groupBy(samples, ({ contender, figure = '' }) => `${contender}\n${figure}`)
  return [...groups.values()].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    const { contender, figure } = first
    const cpu = own.flatMap(({ cpuMicros }) => (cpuMicros === undefined ? [] : [cpuMicros]))
    const [mine, theirs] = [
      { contender: ours, figure },
      { contender, figure },
    ]
    return {
      contender,
      figure,
      median: median(own.map(({ value }) => value)),
      cpuMicros: cpu.length === 0 ? undefined : median(cpu),
      ratio: contender === ours ? undefined : ratioOf(samples, mine, theirs),
      cpuRatio: contender === ours ? undefined : ratioOf(samples, mine, theirs, ({ cpuMicros }) => cpuMicros),
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

/** A Markdown table of one workload, as `bench/README.md` keeps it. */
export function toTable(rows: readonly Row[], unit: string): string {
  const withCpu = rows.some(({ cpuMicros }) => cpuMicros !== undefined)
  const head = ['', unit, 'ours against it', ...(withCpu ? ['CPU µs each', 'ours against it'] : [])]
  const lines = rows.map(({ contender, figure, median, ratio, cpuMicros, cpuRatio }) => {
    const cpu = withCpu ? [cpuMicros === undefined ? '' : number(cpuMicros), ratioText(cpuRatio)] : []
    return [figure === undefined ? contender : `${contender}, ${figure}`, number(median), ratioText(ratio), ...cpu]
  })
  return markdown([head, ...lines])
}

/** The first line is the head. */
export function markdown([head = [], ...lines]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}

/** The median, and its spread where there is one. */
export function ratioText(ratio: Ratio | undefined): string {
  if (ratio === undefined) return ''
  const { median, lowest, highest } = ratio
  return lowest === highest ? number(median) : `${number(median)} (${number(lowest)} to ${number(highest)})`
}
