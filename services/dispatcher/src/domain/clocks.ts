/** Machines that keep time by a server differ by milliseconds. */
const MOST_DIFFERENCE_MS = 60_000

/** Whether two clocks differ so much that one of them is wrong: then neither says what is too late. */
export function clocksDiffer(one: number, other: number): boolean {
  return Math.abs(one - other) > MOST_DIFFERENCE_MS
}
