/** Latencies of the quiet tenant, ms. */
export interface Phase {
  readonly p50: number
  readonly p99: number
}

/** What an operator promises: of the other tenant's trouble, a quiet one notices no more than this. */
const MOST = 1.5

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Prints all rounds. @returns whether the median of their ratios keeps the promise */
export async function report(
  title: string,
  rounds: number,
  measureRound: () => Promise<{ alone: Phase; beside: Phase }>,
): Promise<boolean> {
  const rows: string[] = []
  const ratios: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const { alone, beside } = await measureRound()
    const ratio = beside.p99 / alone.p99
    ratios.push(ratio)
    const cells = [round, ...[alone, beside].flatMap(({ p50, p99 }) => [p50.toFixed(1), p99.toFixed(1)])]
    rows.push(`| ${[...cells, ratio.toFixed(2)].join(' | ')} |`)
  }
  print(`\n### ${title}\n`)
  print('| round | alone p50, ms | alone p99 | beside p50 | beside p99 | ratio of p99 |')
  print('| --- | --- | --- | --- | --- | --- |')
  for (const row of rows) print(row)
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? Number.NaN
  print(`\nmedian ${median.toFixed(2)}: ${median <= MOST ? 'within' : 'NOT within'} ${MOST}`)
  return median <= MOST
}
