import { markdown, ratioText } from './ratios.ts'
import type { Verdict } from './verdict.ts'

/** The table of targets: what was wanted, what was measured, whether it is met. */
export function toTargetTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ target: { what, unit, atLeast, atMost }, measured, state }) => [
    what,
    atLeast === undefined ? `≤ ${atMost} ${unit}` : `≥ ${atLeast} ${unit}`,
    ratioText(measured),
    state === 'missed' ? '**missed**' : state,
  ])
  return markdown([['what', 'target', 'measured', ''], ...lines])
}
