/** What one contender did in one round. */
export interface Sample {
  readonly contender: string
  readonly round: number
  /** In the workload's unit: results a second, milliseconds, MB. */
  readonly value: number
  /** CPU of the contender's own process for one result or send, in microseconds: the generator and the brokers are not in it. */
  readonly cpuMicros?: number | undefined
}

/** Ours against another in the same round: the median of the rounds, the lowest and the highest. */
export interface Ratio {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

export interface Row {
  readonly contender: string
  readonly median: number
  readonly cpuMicros: number | undefined
  /** Undefined for ourselves. */
  readonly ratio: Ratio | undefined
  /** Ours, in CPU. */
  readonly cpuRatio: Ratio | undefined
}

/** Ratios are taken within a round, where the machine was the same for both. */
export function toRows(samples: readonly Sample[], ours: string): Row[] {
  const rounds = Map.groupBy(samples, (sample) => sample.round)
  const ratioOf = (own: readonly Sample[], figure: (sample: Sample) => number | undefined): Ratio | undefined => {
    const ratios = own.flatMap((sample) => {
      const reference = rounds.get(sample.round)?.find((one) => one.contender === counterpart(sample.contender, ours))
      const [mine, theirs] = [reference && figure(reference), figure(sample)]
      return mine === undefined || theirs === undefined || theirs === 0 ? [] : [mine / theirs]
    })
    return ratios.length === 0
      ? undefined
      : { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) }
  }
  return [...Map.groupBy(samples, (sample) => sample.contender)].map(([contender, own]) => {
    const cpu = own.flatMap(({ cpuMicros }) => (cpuMicros === undefined ? [] : [cpuMicros]))
    const isOurs = contender === counterpart(contender, ours)
    return {
      contender,
      median: median(own.map((sample) => sample.value)),
      cpuMicros: cpu.length === 0 ? undefined : median(cpu),
      ratio: isOurs ? undefined : ratioOf(own, ({ value }) => value),
      cpuRatio: isOurs ? undefined : ratioOf(own, ({ cpuMicros }) => cpuMicros),
    }
  })
}

/** Of several figures of one run, each is compared with its own kind. */
function counterpart(contender: string, ours: string): string {
  return contender.endsWith(', p50') ? `${ours}, p50` : ours
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

function ratioText(ratio: Ratio | undefined): string {
  return ratio === undefined ? '' : `${number(ratio.median)} (${number(ratio.lowest)} to ${number(ratio.highest)})`
}

/** A Markdown table, as `bench/README.md` keeps it. */
export function toTable(rows: readonly Row[], unit: string): string {
  const withCpu = rows.some(({ cpuMicros }) => cpuMicros !== undefined)
  const head = ['', unit, 'ours against it', ...(withCpu ? ['CPU µs each', 'ours against it'] : [])]
  const lines = rows.map(({ contender, median: middle, ratio, cpuMicros, cpuRatio }) => {
    const cpu = withCpu ? [cpuMicros === undefined ? '' : number(cpuMicros), ratioText(cpuRatio)] : []
    return [contender, number(middle), ratioText(ratio), ...cpu]
  })
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
