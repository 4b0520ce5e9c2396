import { isOf, type Ratio, ratioOf, type Reading, type Sample, spreadOf } from './ratios.ts'

/** What is wanted of a figure of ours, or of its ratio to another in the same round. */
export interface Target {
  readonly what: string
  readonly workload: string
  readonly of: Reading
  /** Undefined where the figure itself is what counts. */
  readonly against?: Reading
  /** `x` for ratios, else the workload's. */
  readonly unit: string
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Verdict {
  readonly target: Target
  readonly measured: Ratio | undefined
  readonly state: 'met' | 'missed' | 'not measured'
}

/** Holds a target against what was measured: the median over the rounds decides. */
export function judge(target: Target, samples: readonly Sample[]): Verdict {
  const { of, against, atLeast = -Infinity, atMost = Infinity } = target
  const figureOf = (sample: Sample): number | undefined => (of.cpu === true ? sample.cpuMicros : sample.value)
  const measured =
    against === undefined
      ? spreadOf(samples.filter(isOf(of)).flatMap((sample) => figureOf(sample) ?? []))
      : ratioOf(samples, of, against, figureOf)
  if (measured === undefined) return { target, measured, state: 'not measured' }
  return { target, measured, state: measured.median >= atLeast && measured.median <= atMost ? 'met' : 'missed' }
}
